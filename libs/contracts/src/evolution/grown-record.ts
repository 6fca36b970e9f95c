import { matchFields, type AvroSchema } from '@sluice/avro';
import type { ContractField, ContractRecord, ContractSchema } from '../contract/contract-schema.ts';

/** What grows: only numbers, or all values of the contract's fields, or also the fields. */
export type Growth = 'numbers' | 'values' | 'fields';

/**
 * A contract's record, wide enough for the values of a writer: a field gets the writer's type where that is a wider number, or a decimal of
 * more digits, and an enum also the writer's symbols. Nothing else about a field changes: one that is never null stays so.
 *
 * @param writer from `normalized`
 * @returns the record itself where nothing changes
 */
export function grownRecord(record: ContractRecord, writer: AvroSchema, growth: Growth): ContractRecord {
  if (typeof writer === 'string' || !('fields' in writer)) return record;
  const matches = matchFields(writer.fields, record.fields);
  const types = new Map(
    writer.fields.flatMap(({ name, type }) => {
      const own = matches.get(name);
      return own === undefined ? [] : [[own, type] as const];
    }),
  );
  const grown = record.fields.map((field): ContractField => {
    const written = types.get(field);
    const type = written === undefined ? field.type : grownType(field.type, written, growth);
    return type === field.type ? field : { ...field, type };
  });
  const added = growth !== 'fields' ? [] : writer.fields.filter(({ name }) => !matches.has(name));
  const isSame = added.length === 0 && grown.every((field, at) => field === record.fields[at]);
  return isSame ? record : { ...record, fields: [...grown, ...added] };
}

function grownType(own: ContractSchema, written: AvroSchema, growth: Growth): ContractSchema {
  const [value, other] = [onlyValue(own), onlyValue(written)];
  if (value === undefined || other === undefined) return own;
  const grown = grownValue(value, other, growth);
  if (grown === value) return own;
  return isUnion(own) ? own.map((branch) => (branch === value ? grown : branch)) : grown;
}

const isUnion = <S>(schema: S | readonly S[]): schema is readonly S[] => Array.isArray(schema);

/** The type of all values that are not null; undefined if there are several, or none. */
function onlyValue<S>(schema: S | readonly S[]): S | undefined {
  const [only, ...others] = isUnion(schema) ? schema.filter((branch) => branch !== 'null') : [schema];
  return others.length === 0 && only !== 'null' ? only : undefined;
}

/** What takes the values of both, where one type of number does not take those of the other. */
const widerNumbers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  int: { long: 'long', float: 'double', double: 'double' },
  long: { float: 'double', double: 'double' },
  float: { double: 'double' },
};

function grownValue(own: ContractSchema, written: AvroSchema, growth: Growth): ContractSchema {
  if (isUnion(own)) return own;
  if (typeof own === 'string') return (typeof written === 'string' ? widerNumbers[own]?.[written] : undefined) ?? own;
  if ('fields' in own) return grownRecord(own, written, growth);
  if ('symbols' in own) {
    if (growth === 'numbers') return own;
    const more = symbolsOf(written).filter((symbol) => !own.symbols.includes(symbol));
    return more.length === 0 ? own : { ...own, symbols: [...own.symbols, ...more] };
  }
  if ('size' in own) return own;
  if ('items' in own) {
    const items = isObject(written) && 'items' in written ? grownType(own.items, written.items, growth) : own.items;
    return items === own.items ? own : { ...own, items };
  }
  if ('values' in own) {
    const values =
      isObject(written) && 'values' in written ? grownType(own.values, written.values, growth) : own.values;
    return values === own.values ? own : { ...own, values };
  }
  if (own.logicalType !== undefined) return moreDigits(own, written);
  const type = grownValue(own.type, written, growth);
  return type === own.type ? own : { ...own, type };
}

const isObject = (schema: AvroSchema): schema is Exclude<AvroSchema, string | readonly AvroSchema[]> =>
  typeof schema === 'object' && !isUnion(schema);

const symbolsOf = (schema: AvroSchema): readonly string[] =>
  isObject(schema) && 'symbols' in schema ? schema.symbols : [];

type Decimal = Extract<ContractSchema, { precision?: number; scale?: number }>;

/** A decimal with the digits of another one of the same scale. */
function moreDigits<D extends Decimal>(own: D, written: AvroSchema): D {
  if (!isObject(written) || !('precision' in written)) return own;
  const { logicalType, precision = 0, scale = 0 } = written;
  const isWider = logicalType === 'decimal' && scale === (own.scale ?? 0) && precision > (own.precision ?? 0);
  return own.logicalType === 'decimal' && isWider ? { ...own, precision } : own;
}
