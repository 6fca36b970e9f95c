import type { Group, Measured } from './groups/groups.ts';

/**
 * One look at the host, good for one event. A group is measured when its function is called, at most once a look; a
 * function throws or rejects when the host does not know.
 */
export type Look = { readonly [G in Group]: () => Measured<G> | Promise<Measured<G>> };

/** A host to look at, once per event. What it has to remember from one look to the next, it keeps. */
export type Host = () => Look;
