import type { Report } from '../change.ts';
import { fieldsOf, type ResolveType, type TypeNode } from '../contracts/type-tree.ts';

type EnumNode = Extract<TypeNode, { kind: 'enum' }>;

export function compareSymbols(before: EnumNode, after: EnumNode, at: string, report: Report): void {
  const [old, now] = [before.schema, after.schema];
  const { path } = after;
  for (const symbol of old.symbols)
    if (!now.symbols.includes(symbol)) report('enum-symbol-removed', path, at, `it no longer has ${symbol}`);
  for (const [index, symbol] of now.symbols.entries()) {
    if (old.symbols.includes(symbol)) continue;
    const rule = old.default === undefined ? 'enum-symbol-added-without-default' : 'enum-symbol-added';
    report(rule, [...path, 'symbols', index], at, `it has the new symbol ${symbol}`);
  }
  const common = (symbols: readonly string[], others: readonly string[]) =>
    symbols.filter((symbol) => others.includes(symbol)).join();
  if (common(old.symbols, now.symbols) !== common(now.symbols, old.symbols))
    report('enum-symbols-reordered', path, at, 'its symbols have another order');
  if (old.default === now.default) return;
  if (old.default === undefined) report('enum-default-added', path, at, `its default is ${now.default}`);
  else if (now.default === undefined) report('enum-default-removed', path, at, `its default was ${old.default}`);
  else report('enum-default-changed', path, at, `its default is ${now.default}, and was ${old.default}`);
}

/** Reports the enums of a type that is new. */
export function reportNewEnum(node: TypeNode, resolve: ResolveType, at: string, report: Report): void {
  const seen = new Set<string>();
  const visit = (one: TypeNode, field: string): void => {
    if ('full' in one) {
      if (seen.has(one.full)) return;
      seen.add(one.full);
    }
    if (one.kind === 'enum' && one.schema.default === undefined)
      report('enum-without-default', one.path, field, `the enum ${one.full} has no default`);
    else if (one.kind === 'union') for (const branch of one.branches) visit(resolve(branch), field);
    else if (one.kind === 'array') visit(resolve(one.items), `${field}[]`);
    else if (one.kind === 'map') visit(resolve(one.values), `${field}{}`);
    else if (one.kind === 'record')
      for (const inner of fieldsOf(one)) visit(resolve(inner.place), `${field}.${inner.field.name}`);
  };
  visit(node, at);
}
