import type { Report } from '../change.ts';
import type { TypeNode } from '../contracts/type-tree.ts';
import { fullName, namespaceOf } from '@sluice/avro';

type NamedNode = Extract<TypeNode, { full: string }>;

/** Compares the full names of two versions of a named type, and their aliases. */
export function compareNames(before: NamedNode, after: NamedNode, at: string, report: Report): void {
  const [old, now] = [aliasesOf(before), aliasesOf(after)];
  if (before.full !== after.full) {
    const isAlias = now.has(before.full);
    const message = `it is named ${after.full}, and was ${before.full}`;
    report(isAlias ? 'record-renamed' : 'name-changed', after.path, at, message);
  }
  for (const alias of old)
    if (!now.has(alias) && alias !== after.full) report('alias-removed', after.path, at, `it had the alias ${alias}`);
  for (const alias of now)
    if (!old.has(alias) && alias !== before.full) report('alias-added', after.path, at, `it has the alias ${alias}`);
}

const aliasesOf = ({ schema, full }: NamedNode): Set<string> =>
  new Set((schema.aliases ?? []).map((name) => fullName({ name }, namespaceOf(full))));
