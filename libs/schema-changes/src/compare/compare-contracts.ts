import type { JSONPath } from 'jsonc-parser';
import type { Change } from '../change.ts';
import type { ContractSource } from '../contracts/contract-source.ts';
import { fieldsOf, typeTree, type RecordNode, type ResolveType } from '../contracts/type-tree.ts';
import { rules, type RuleName } from '../rules.ts';
import { compareAnnotations } from './compare-annotations.ts';
import { compareMappings } from './compare-mappings.ts';
import { compareTables } from './compare-tables.ts';
import { compareRecords } from './compare-types.ts';

/**
 * The changes from one version of a set of contracts to the next, breaking ones first, then by file and line. Contracts are matched by
 * file, else by topic.
 */
export function compareContracts(before: readonly ContractSource[], after: readonly ContractSource[]): Change[] {
  const changes: Change[] = [];
  const open = new Set(before);
  for (const now of after) {
    const old = [...open].find(({ file }) => file === now.file) ?? [...open].find(sameTopic(now));
    if (old !== undefined) open.delete(old);
    changes.push(...(old === undefined ? [added(now)] : compareContract(old, now)));
  }
  for (const old of open)
    changes.push({ rule: 'contract-removed', file: old.file, line: 1, at: old.contract.name, message: 'it is gone' });
  const rank = ({ rule }: Change) => ['breaking', 'readers-first', 'harmless'].indexOf(rules[rule].severity);
  return changes.sort((a, b) => rank(a) - rank(b) || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

const sameTopic = (one: ContractSource) => (other: ContractSource) => other.contract.topic === one.contract.topic;

const added = ({ file, contract }: ContractSource): Change => ({
  ...{
    rule: 'contract-added',
    file,
    line: 1,
    at: contract.name,
    message: `it is new, with the topic ${contract.topic}`,
  },
});

function compareContract(before: ContractSource, after: ContractSource): Change[] {
  const changes: Change[] = [];
  const report = (rule: RuleName, path: JSONPath, field: string, message: string): void => {
    const at = field === '' ? after.contract.name : `${after.contract.name} ${field}`;
    changes.push({ rule, file: after.file, line: after.lineOf(path), at, message });
  };
  const tree = typeTree(after.schema);
  const pathOf = (field: string) => pathOfField(tree, field);
  compareAnnotations(before.contract, after.contract, report);
  compareRecords(typeTree(before.schema), tree, report);
  compareMappings(before.contract, after.contract, pathOf, report);
  compareTables(before.contract, after.contract, pathOf, report);
  return changes;
}

/** The place of a field by its name in documents, such as `cpu.cores.core`; of the innermost record, if that has another name for it. */
function pathOfField({ root, resolve }: { root: RecordNode; resolve: ResolveType }, field: string): JSONPath {
  let record: RecordNode | undefined = root;
  let path: JSONPath = [];
  for (const name of field.split('.')) {
    const found: ReturnType<typeof fieldsOf>[number] | undefined =
      record && fieldsOf(record).find((one) => one.field.name === name);
    if (found === undefined) return path;
    path = found.path;
    record = innerRecord(found.place, resolve);
  }
  return path;
}

function innerRecord(place: Parameters<ResolveType>[0], resolve: ResolveType): RecordNode | undefined {
  const node = resolve(place);
  if (node.kind === 'record') return node;
  if (node.kind === 'array') return innerRecord(node.items, resolve);
  if (node.kind !== 'union') return undefined;
  return node.branches.map((branch) => innerRecord(branch, resolve)).find((one) => one !== undefined);
}
