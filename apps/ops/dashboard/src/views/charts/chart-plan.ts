import type { ContractField, ContractSchema, EventContract } from '@sluice/contracts';
import { recordIn } from '../contract-fields.ts';

/** A chart that a contract's fields suggest. Names are those in documents. */
export type ChartPlan =
  /** How many events, in all or by the values of a field. */
  | { kind: 'events'; by: string | undefined }
  /** Measurements side by side: of one record, in one unit. */
  | { kind: 'gauges'; title: string; unit: string; fields: readonly string[] }
  /** One measurement: its average and extremes, so that outliers show. */
  | { kind: 'spread'; field: string; unit: string }
  /** One measurement for each value of a field. */
  | { kind: 'gauge by'; field: string; unit: string; by: string }
  /** What only grows, as growth per second. */
  | { kind: 'rates'; title: string; unit: string; fields: readonly string[] }
  /** A measurement of each element of an array, by the element's name. */
  | { kind: 'elements'; path: string; by: string; field: string; unit: string; isCounter: boolean }
  /** The most frequent values of a field. */
  | { kind: 'values'; field: string }
  /** Words that are more frequent now than they usually are. */
  | { kind: 'words'; field: string };

const mostSeries = 8;
const mostCharts = 16;
const units: readonly string[] = [
  'percent',
  'bytes',
  'celsius',
  'fahrenheit',
  'seconds',
  'ms',
  'tasks',
  'packets',
  'pixels',
  'count',
];

/** The charts of a contract, derived from its annotations alone. */
export function chartPlans(contract: EventContract): ChartPlan[] {
  const { fields } = contract.schema;
  const found = fields.filter((field) => isDimension(field, contract)).map(({ name }) => name);
  // Many values make poor charts: what is named like an id comes last.
  const dimensions = [...found.filter((name) => !isIdName(name)), ...found.filter(isIdName)];
  const lists = fields.filter(({ name, type }) => dimensions.includes(name) && isList(type)).map(({ name }) => name);
  const [main] = [...lists, ...dimensions];
  const measured = [
    ...measurements(contract.schema.fields, '', 'gauge'),
    ...fields.flatMap(({ name, type }) => {
      const inner = isList(type) ? undefined : recordIn(type);
      return inner === undefined ? [] : measurements(inner.fields, `${name}.`, 'gauge');
    }),
  ];
  const words = fields.filter(({ sluice }) => sluice?.search === 'text').slice(0, 1);
  const key = contract.key.find((name) => fields.some((field) => field.name === name && isWord(field.type)));
  const plans: ChartPlan[] = [
    { kind: 'events', by: main },
    ...words.map(({ name }): ChartPlan => ({ kind: 'words', field: name })),
    ...measured.filter(isTelling).flatMap((plan): ChartPlan[] => withSpread(plan, key)),
    ...elementPlans(fields),
    ...measured.filter((plan) => !isTelling(plan)).flatMap((plan): ChartPlan[] => withSpread(plan, key)),
    ...counterPlans(fields),
    ...[...new Set([...lists, ...dimensions])].map((field): ChartPlan => ({ kind: 'values', field })),
  ];
  return plans.slice(0, mostCharts);
}

/** Shares, sizes and temperatures are looked at more often than counts. */
const isTelling = ({ unit }: { unit: string }): boolean => unit !== '' && unit !== 'count';

const isIdName = (name: string): boolean => /(^|_)(id|ids|uuid)$/.test(name);

/** One measurement alone shows its extremes, and what it is for each key. */
function withSpread(plan: ChartPlan & { kind: 'gauges' }, key: string | undefined): ChartPlan[] {
  const [field, ...others] = plan.fields;
  if (field === undefined || others.length > 0) return [plan];
  const { unit } = plan;
  return [
    { kind: 'spread', field, unit },
    ...(key === undefined ? [] : [{ kind: 'gauge by' as const, field, unit, by: key }]),
  ];
}

/** Measurements of one record, those of one unit together. */
function measurements(
  fields: readonly ContractField[],
  prefix: string,
  kind: 'gauge' | 'counter',
): (ChartPlan & { kind: 'gauges' })[] {
  const measured = fields.filter(({ sluice }) => sluice?.kind === kind);
  return [...Map.groupBy(measured, ({ name }) => unitOf(name))].map(([unit, each]) => ({
    kind: 'gauges',
    title: `${prefix.replace(/\.$/, '')} ${unit}`.trim(),
    unit,
    fields: each.slice(0, mostSeries).map(({ name }) => prefix + name),
  }));
}

/** Counters of records that have no measurements of their own. */
function counterPlans(fields: readonly ContractField[]): ChartPlan[] {
  return fields.flatMap(({ name, type }) => {
    const inner = isList(type) ? undefined : recordIn(type);
    if (inner === undefined || inner.fields.some(({ sluice }) => sluice?.kind === 'gauge')) return [];
    return measurements(inner.fields, `${name}.`, 'counter').map(({ title, unit, fields: counters }): ChartPlan => ({
      kind: 'rates',
      title,
      unit,
      fields: counters,
    }));
  });
}

/** Arrays of records that are searched element by element: a share in percent, or bytes, by the element's name. */
function elementPlans(fields: readonly ContractField[]): ChartPlan[] {
  return fields.flatMap(({ name, type, sluice }) => {
    const inner = sluice?.nested === true ? recordIn(type) : undefined;
    const by = inner?.fields.find((field) => isWord(field.type));
    if (inner === undefined || by === undefined) return [];
    const percent = inner.fields.filter((field) => field.sluice?.kind === 'gauge' && unitOf(field.name) === 'percent');
    const bytes = inner.fields.filter((field) => field.sluice?.kind === 'counter' && unitOf(field.name) === 'bytes');
    return (percent.length > 0 ? percent.slice(0, 1) : bytes.slice(0, 2)).map((field): ChartPlan => ({
      ...{ kind: 'elements', path: name, by: `${name}.${by.name}`, field: `${name}.${field.name}` },
      ...{ unit: unitOf(field.name), isCounter: field.sluice?.kind === 'counter' },
    }));
  });
}

/** The unit that a field's name ends with. */
function unitOf(name: string): string {
  const parts = name.replace(/_total$/, '').split('_');
  return units.find((unit) => unit === parts.at(-1)) ?? '';
}

/** Whether events are worth counting by a field: it has words or codes, and none that belong to one event alone. */
function isDimension({ name, type, sluice }: ContractField, contract: EventContract): boolean {
  if (sluice?.search !== undefined && sluice.search !== 'keyword') return false;
  if (sluice?.kind !== undefined || contract.id.includes(name)) return contract.key.includes(name) && isWord(type);
  if (isIdName(name) && !contract.key.includes(name)) return false;
  return isWord(type) || isCode(name, type) || (isList(type) && isWord(itemOf(type)));
}

const isUnion = (type: ContractSchema): type is readonly ContractSchema[] => Array.isArray(type);
const branches = (type: ContractSchema): readonly ContractSchema[] =>
  (isUnion(type) ? type : [type]).filter((branch) => branch !== 'null');

function isWord(type: ContractSchema | undefined): boolean {
  if (type === undefined) return false;
  return branches(type).every((branch) => branch === 'string' || (typeof branch === 'object' && 'symbols' in branch));
}

/** A whole number that stands for something; others are measured. */
const isCode = (name: string, type: ContractSchema): boolean =>
  /(^|_)(type|code|status|level|class)$/.test(name) && branches(type).every((branch) => branch === 'int');

const isList = (type: ContractSchema): boolean =>
  branches(type).some((branch) => typeof branch === 'object' && 'items' in branch);

function itemOf(type: ContractSchema): ContractSchema | undefined {
  for (const branch of branches(type)) if (typeof branch === 'object' && 'items' in branch) return branch.items;
  return undefined;
}
