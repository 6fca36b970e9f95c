import type { ProxyAnswer } from '@sluice/testkit';
import type { ForeignCase, Reference, RecordSchema } from './foreign-case.ts';

/** Registers the schemas of other producers, by HTTP. */
export interface ForeignRegistry {
  /** @returns the id that the registry gives the schema; where it refuses it, as others do not, one that `answer` knows */
  register(one: ForeignCase, schema: RecordSchema): Promise<number>;
  /**
   * What other registries answer in place of this one: schemas that this one refuses, and of subjects that were deleted softly only what
   * is asked for as such. This one deletes nothing that is referred to.
   */
  answer(url: string): ProxyAnswer | undefined;
}

export function foreignRegistry(url: string): ForeignRegistry {
  const unregistered = new Map<number, string>();
  const deleted = new Set<string>();
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const post = async (subject: string, schema: object, references: readonly Reference[] = []) => {
    const answer = await fetch(`${url}/subjects/${subject}/versions`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ schema: JSON.stringify(schema), references }) },
    });
    return { ok: answer.ok, id: Number(((await answer.json()) as { id?: number }).id) };
  };
  return {
    answer(asked) {
      const schema = unregistered.get(Number(/\/schemas\/ids\/(\d+)/.exec(asked)?.[1]));
      if (schema !== undefined) return { status: 200, body: { schema } };
      const subject = /\/subjects\/([^/]+)\/versions/.exec(asked)?.[1];
      return subject !== undefined && deleted.has(subject) && !asked.includes('deleted=true')
        ? { status: 404, body: { error_code: 40401, message: `Subject '${subject}' not found.` } }
        : undefined;
    },
    async register({ event, name, referenced = [], references = [], deletesReferences }, schema) {
      for (const one of referenced) {
        const { ok } = await post(one.subject, one.schema, one.references);
        if (!ok) throw new Error(`the registry does not take ${one.subject}`);
      }
      // With subjects named by records, the registry does not check that the schema is compatible with the contract's.
      const byTopic = await post(`${event.contract.topic}-value`, schema, references);
      const { ok, id } = byTopic.ok ? byTopic : await post(`foreign-${name}`, schema, references);
      if (deletesReferences === true) for (const { subject } of referenced) deleted.add(subject);
      if (ok) return id;
      if (references.length > 0)
        throw new Error(`the registry does not take the schema of ${name}, which has references`);
      const own = 1_900_000_000 + unregistered.size;
      unregistered.set(own, JSON.stringify(schema));
      return own;
    },
  };
}
