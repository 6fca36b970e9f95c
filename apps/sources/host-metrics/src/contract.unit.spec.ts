import { type ContractField, type ContractSchema, hostMetrics } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { GROUPS } from './groups/groups.ts';

const counterUnits = [
  'bytes',
  'context_switches',
  'drops',
  'errors',
  'forks',
  'interrupts',
  'oom_kills',
  'packets',
  'page_faults',
  'pages',
  'reads',
  'seconds',
  'system_calls',
  'writes',
];
const gaugeUnits = ['bytes', 'count', 'inodes', 'percent', 'tasks'];

/** Numbers that say what was measured, not how much. */
const labels = ['interval_ms', 'cpu.cores.core'];

interface Path {
  path: string;
  field: ContractField;
}

function fieldsOf(schema: ContractSchema, above = ''): Path[] {
  if (typeof schema === 'string') return [];
  if ('fields' in schema) {
    return schema.fields.flatMap((field) => {
      const path = `${above}${field.name}`;
      return [{ path, field }, ...fieldsOf(field.type, `${path}.`)];
    });
  }
  if ('items' in schema) return fieldsOf(schema.items, above);
  return Array.isArray(schema) ? schema.flatMap((branch: ContractSchema) => fieldsOf(branch, above)) : [];
}

/** The type without null. */
function typeOf({ type }: ContractField): ContractSchema {
  return Array.isArray(type) ? type.filter((branch: ContractSchema) => branch !== 'null')[0] : type;
}

const fields = fieldsOf(hostMetrics.schema);
const measurements = fields.filter(
  ({ path, field }) => ['int', 'long', 'float', 'double'].includes(String(typeOf(field))) && !labels.includes(path),
);

describe('the contract of host metrics', () => {
  it('has measurements in every group', () => {
    for (const group of GROUPS) expect(measurements.filter(({ path }) => path.startsWith(`${group}.`))).not.toEqual([]);
  });

  it('has no nullable field but those that say so by default', () => {
    for (const { path, field } of fields)
      expect([path, Array.isArray(field.type)]).toEqual([path, field.default === null]);
  });

  it('explains every field', () => {
    expect(fields.filter(({ field }) => !field.doc?.endsWith('.')).map(({ path }) => path)).toEqual([]);
  });

  it('says of every measurement whether it is a counter or a gauge, and of nothing else', () => {
    const annotated = fields.filter(({ field }) => field.sluice?.kind !== undefined);
    expect(annotated.map(({ path }) => path)).toEqual(measurements.map(({ path }) => path));
  });

  it.each(measurements)('names $path after its kind and unit', ({ field: { name, sluice, type } }) => {
    expect(sluice?.kind).toBe(name.endsWith('_total') ? 'counter' : 'gauge');
    const [suffix, units] = sluice?.kind === 'counter' ? ['_total', counterUnits] : ['', gaugeUnits];
    const unit = units.find((candidate) => `_${name}`.endsWith(`_${candidate}${suffix}`));
    expect(unit, name).toBeDefined();
    expect(String(type).includes('double')).toBe(unit === 'seconds' || unit === 'percent' || unit === 'tasks');
  });

  it('keeps the fields of one element of an array together', () => {
    const arrays = fields.filter(({ field }) => {
      const type = typeOf(field);
      return typeof type === 'object' && 'items' in type;
    });
    expect(arrays.map(({ path, field }) => [path, field.sluice?.nested])).toEqual([
      ['cpu.cores', true],
      ['filesystems', true],
      ['disks', true],
      ['network', true],
    ]);
  });
});
