import type { ObjectFacts } from '../object/object-facts.ts';
import { factsOf, metadataOf } from '../object/object-facts.ts';
import type { FoundObject, ObjectStore } from '../object/object-store.ts';

/** An object in memory: its facts have been through their text form, as the real ones have. */
export interface MemoryObject extends FoundObject {
  bytes: Buffer;
}

/** What a write does where there may be an object already: gives back the one that is then there, and whether the write made it. */
export type WriteRule = (
  objects: Map<string, MemoryObject>,
  written: MemoryObject & { facts: ObjectFacts },
) => MemoryObject | undefined;

/** As Cloud Storage does it with `ifGenerationMatch=0`, and S3 with `If-None-Match: *`. */
export const createOnly: WriteRule = (objects, written) => {
  if (objects.has(written.name)) return undefined;
  objects.set(written.name, written);
  return written;
};

/** Objects in memory, for the model of the chain. */
export function memoryStore(rule: WriteRule = createOnly): ObjectStore & { objects: Map<string, MemoryObject> } {
  const objects = new Map<string, MemoryObject>();
  return {
    objects,
    create({ name, content, facts }) {
      const created = new Date(0);
      const { size, crc32c, parts } = content;
      const stored = factsOf(metadataOf(facts));
      if (stored === undefined) throw new Error('facts that cannot be read back');
      return Promise.resolve(
        rule(objects, { name, size, crc32c, created, facts: stored, bytes: Buffer.concat(parts) }),
      );
    },
    find: (name) => Promise.resolve(objects.get(name)),
  };
}
