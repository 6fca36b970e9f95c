import type { ContractField } from '@sluice/contracts';
import type { Report } from '../change.ts';
import { fieldsOf, type RecordNode, type ResolveType, type TypeNode, type TypePlace } from '../contracts/type-tree.ts';
import { compareLogicalTypes } from './compare-logical-types.ts';
import { compareSymbols, reportNewEnum } from './compare-symbols.ts';
import { compareNames } from './compare-names.ts';
import { reportNumber } from './number-units.ts';

interface Comparison {
  readonly before: ResolveType;
  readonly after: ResolveType;
  readonly report: Report;
  /** Pairs of records that are compared, by their names: a record may contain itself. */
  readonly seen: Set<string>;
}

/** Compares two versions of a record, and all types in it. */
export function compareRecords(
  before: { root: RecordNode; resolve: ResolveType },
  after: { root: RecordNode; resolve: ResolveType },
  report: Report,
): void {
  const comparison = { before: before.resolve, after: after.resolve, report, seen: new Set<string>() };
  compareNames(before.root, after.root, '', report);
  compareFields(comparison, before.root, after.root, '');
}

type Field = ReturnType<typeof fieldsOf>[number];

function compareFields(comparison: Comparison, before: RecordNode, after: RecordNode, within: string): void {
  const pair = `${before.full} ${after.full}`;
  if (comparison.seen.has(pair)) return;
  comparison.seen.add(pair);
  const { report } = comparison;
  const old = new Map(fieldsOf(before).map((one) => [one.field.name, one]));
  const kept: string[] = [];
  for (const one of fieldsOf(after)) {
    const { name, aliases = [] } = one.field;
    const at = within + name;
    const formerName = old.has(name) ? name : aliases.find((alias) => old.has(alias));
    const former = formerName === undefined ? undefined : old.get(formerName);
    if (former === undefined || formerName === undefined) {
      reportAdded(comparison, one, at);
      continue;
    }
    old.delete(formerName);
    kept.push(formerName);
    if (formerName !== name) report('field-renamed', one.path, at, `it was ${formerName}`);
    compareField(comparison, former, one, at);
  }
  for (const { field } of old.values()) reportRemoved(report, field, after, within);
  const order = fieldsOf(before).map(({ field }) => field.name);
  if (kept.join() !== order.filter((name) => kept.includes(name)).join())
    report('fields-reordered', after.path, within.replace(/\.$/, ''), 'its fields have another order');
}

function reportAdded({ report, after }: Comparison, { field, path, place }: Field, at: string): void {
  const hasDefault = field.default !== undefined;
  report(
    hasDefault ? 'field-added' : 'field-added-without-default',
    path,
    at,
    hasDefault ? `it is new, with the default ${JSON.stringify(field.default)}` : 'it is new, and has no default',
  );
  if (!isText(field.doc)) report('doc-missing', path, at, 'it is new, and has no `doc`');
  reportNumber(field, { path, at, node: valueType(after(place), after) }, report);
  reportNewEnum(after(place), after, at, report);
}

function reportRemoved(
  report: Report,
  { name, default: value }: ContractField,
  after: RecordNode,
  within: string,
): void {
  report(
    value === undefined ? 'field-removed-without-default' : 'field-removed',
    [...after.path, 'fields'],
    within + name,
    value === undefined ? 'it is gone, and had no default' : `it is gone; its default was ${JSON.stringify(value)}`,
  );
  report('property-removed', [...after.path, 'fields'], within + name, 'it is gone');
}

function compareField(comparison: Comparison, before: Field, after: Field, at: string): void {
  const { report } = comparison;
  const [old, now] = [before.field, after.field];
  if (old.doc !== now.doc) report(isText(now.doc) ? 'doc-changed' : 'doc-removed', after.path, at, 'its `doc` differs');
  const [oldDefault, newDefault] = [JSON.stringify(old.default), JSON.stringify(now.default)];
  if (oldDefault === undefined && newDefault !== undefined)
    report('default-added', after.path, at, `it has the default ${newDefault}`);
  else if (oldDefault !== undefined && newDefault === undefined)
    report('default-removed', after.path, at, `it had the default ${oldDefault}`);
  else if (oldDefault !== newDefault)
    report('default-changed', after.path, at, `its default is ${newDefault}, and was ${oldDefault}`);
  const [oldKind, newKind] = [old.sluice?.kind, now.sluice?.kind];
  if (oldKind === undefined && newKind !== undefined) report('kind-added', after.path, at, `it is a ${newKind}`);
  else if (oldKind !== newKind) report('kind-changed', after.path, at, `its kind was ${oldKind}`);
  compareTypes(comparison, before.place, after.place, at);
}

function compareTypes(comparison: Comparison, before: TypePlace, after: TypePlace, at: string): void {
  const [old, now] = [comparison.before(before), comparison.after(after)];
  if (old.kind === 'union' || now.kind === 'union') return compareUnions(comparison, before, after, at);
  compareNodes(comparison, old, now, after.path, at);
}

function compareNodes(comparison: Comparison, old: TypeNode, now: TypeNode, path: TypePlace['path'], at: string): void {
  const { report } = comparison;
  if (old.kind === 'array' && now.kind === 'array') return compareTypes(comparison, old.items, now.items, `${at}[]`);
  if (old.kind === 'map' && now.kind === 'map') return compareTypes(comparison, old.values, now.values, `${at}{}`);
  if (old.kind === 'record' && now.kind === 'record') {
    compareNames(old, now, at, report);
    return compareFields(comparison, old, now, `${at}.`);
  }
  if (old.kind === 'enum' && now.kind === 'enum') {
    compareNames(old, now, at, report);
    return compareSymbols(old, now, at, report);
  }
  if (old.kind === 'fixed' && now.kind === 'fixed') {
    compareNames(old, now, at, report);
    if (old.schema.size !== now.schema.size)
      report('fixed-size-changed', now.path, at, `it has ${now.schema.size} bytes, and had ${old.schema.size}`);
    return compareLogicalTypes(old.schema, now.schema, { path: now.path, at }, report);
  }
  if (old.kind === 'primitive' && now.kind === 'primitive') {
    if (old.type !== now.type) {
      const widened = (promotions[old.type] ?? []).includes(now.type);
      report(widened ? 'type-widened' : 'type-changed', path, at, `it is ${now.type}, and was ${old.type}`);
      report('property-type-changed', path, at, `it is ${now.type}, and was ${old.type}`);
    }
    return compareLogicalTypes(old, now, { path, at }, report);
  }
  report('type-changed', path, at, `it is ${describe(now)}, and was ${describe(old)}`);
  report('property-type-changed', path, at, `it is ${describe(now)}, and was ${describe(old)}`);
}

/** https://avro.apache.org/docs/1.12.0/specification/#schema-resolution */
const promotions: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** Compares each branch with the one of the same kind and name; a type that is not a union has one branch. */
function compareUnions(comparison: Comparison, before: TypePlace, after: TypePlace, at: string): void {
  const { report } = comparison;
  const old = branchesOf(comparison.before, before);
  const now = branchesOf(comparison.after, after);
  const open = [...now];
  const lost: TypeNode[] = [];
  for (const branch of old) {
    const index = open.findIndex((one) => branchName(one) === branchName(branch));
    const [same] = index === -1 ? [] : open.splice(index, 1);
    if (same === undefined) lost.push(branch);
    else compareNodes(comparison, branch, same, same.path, at);
  }
  // One branch that became another is a change of type; promotions are among them.
  const [onlyLost, onlyNew] = [lost[0], open.find((one) => branchName(one) !== 'null')];
  if (lost.length === 1 && onlyLost !== undefined && onlyNew !== undefined && branchName(onlyLost) !== 'null') {
    compareNodes(comparison, onlyLost, onlyNew, onlyNew.path, at);
    lost.length = 0;
    open.splice(open.indexOf(onlyNew), 1);
  }
  for (const branch of lost) {
    report('branch-removed', after.path, at, `it can no longer be ${describe(branch)}`);
    report('property-type-changed', after.path, at, `it can no longer be ${describe(branch)}`);
  }
  for (const branch of open) {
    const rule = branchName(branch) === 'null' ? 'null-added' : 'branch-added';
    report(rule, branch.path, at, `it can be ${describe(branch)}`);
    report('property-type-changed', branch.path, at, `it can be ${describe(branch)}`);
    reportNewEnum(branch, comparison.after, at, report);
  }
}

function branchesOf(resolve: ResolveType, place: TypePlace): TypeNode[] {
  const node = resolve(place);
  return node.kind === 'union' ? node.branches.flatMap((branch) => branchesOf(resolve, branch)) : [node];
}

const branchName = (node: TypeNode): string => {
  if (node.kind === 'primitive') return node.type;
  return 'full' in node ? node.full : node.kind;
};

const describe = (node: TypeNode): string => ('full' in node ? `the ${node.kind} ${node.full}` : branchName(node));

/** What a field holds, null aside. */
function valueType(node: TypeNode, resolve: ResolveType): TypeNode | undefined {
  if (node.kind !== 'union') return node;
  const [only, ...others] = node.branches.map((branch) => resolve(branch)).filter((one) => branchName(one) !== 'null');
  return others.length === 0 ? only : undefined;
}

const isText = (doc: string | undefined): boolean => doc !== undefined && doc.trim() !== '';
