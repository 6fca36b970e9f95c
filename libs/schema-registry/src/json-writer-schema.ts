import { isUtf8 } from 'node:buffer';
import { MalformedAvro, parseExact, SchemaNames, type JsonRules, type Place, type Shape } from '@sluice/avro';
import { derivedRecord, jsonRules, stamp } from '@sluice/contracts';
import { prefixBytes } from './encode-event.ts';
import type { FoundSchema, WriterSchema } from './writer-schema.ts';

/** Deeper JSON is refused, as destinations refuse it at different depths. */
const deepest = 200;

/**
 * A JSON Schema, for topics without a contract: their values are JSON. Names of fields follow the rules of the destination, as Avro's do;
 * names in objects of any shape stay as they are.
 */
export function jsonWriterSchema(
  id: number,
  { schema }: Pick<FoundSchema, 'schema'>,
  prefix = prefixBytes,
): WriterSchema {
  const names = new SchemaNames([schema]);
  const root: Place = { schema, namespace: '' };
  const refuse = (): never => {
    throw new MalformedAvro(`schema ${id} is JSON, not Avro`);
  };
  return {
    id,
    prefixBytes: prefix,
    avro: schema,
    references: [],
    writeJson(bytes, out, contract, from = 0, to = bytes.length, form = 'document', eventTimeMs) {
      if (contract !== undefined && contract.derived === undefined) return refuse();
      const value = parsed(bytes.subarray(from, to));
      const writing: Writing = { names, rules: jsonRules(form), isRow: jsonRules(form).isRow };
      out.text(
        contract === undefined ? textOf(value, root, writing, 0) : stampedText(value, root, writing, eventTimeMs),
      );
      return undefined;
    },
    check: refuse,
    unknownFields({ schema: known }) {
      const all = new Set(known.fields.map(({ name }) => name));
      return derivedRecord({ schema })
        .fields.map(({ name }) => name)
        .filter((name) => !all.has(name));
    },
    decode: (bytes, contract) => (contract.derived === undefined ? refuse() : parsed(bytes)),
  };
}

interface Writing {
  readonly names: SchemaNames;
  readonly rules: JsonRules;
  readonly isRow: boolean;
}

function parsed(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new MalformedAvro('a text that is not UTF-8');
  try {
    return parseExact(bytes.toString());
  } catch {
    throw new MalformedAvro('a text that is not JSON');
  }
}

function stampedText(value: unknown, place: Place, writing: Writing, eventTimeMs: number | undefined): string {
  if (eventTimeMs === undefined) throw new TypeError('a record that is stamped with its event time has none');
  const time = JSON.stringify(new Date(eventTimeMs).toISOString());
  if (isObject(value) && recordOf(place, writing) !== undefined) return objectText(value, place, writing, 0, time);
  const [timeName, valueName] = [stamp.time, stamp.value].map((name) =>
    JSON.stringify(writing.rules.names([stamp.time, stamp.value], true, []).get(name)),
  );
  return `{${timeName}:${time},${valueName}:${textOf(value, place, writing, 1)}}`;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(value: unknown, place: Place | undefined, writing: Writing, depth: number): string {
  if (depth > deepest) throw new MalformedAvro(`nested deeper than ${deepest} levels`);
  switch (typeof value) {
    case 'bigint':
      return writing.isRow ? `"${value}"` : String(value);
    case 'number':
    case 'boolean':
    case 'string':
      return JSON.stringify(value);
    default:
  }
  if (Array.isArray(value)) {
    const items = place && shapesOf(place, writing).find((shape) => shape.kind === 'array')?.items;
    return `[${value.map((item) => textOf(item, items, writing, depth + 1)).join()}]`;
  }
  if (isObject(value)) return objectText(value, place, writing, depth);
  // BigQuery refuses a null for a repeated column.
  const mayBeArray =
    writing.isRow && place !== undefined && shapesOf(place, writing).some(({ kind }) => kind === 'array');
  return mayBeArray ? '[]' : 'null';
}

/** @param time the event time, of an outermost record */
function objectText(
  value: Readonly<Record<string, unknown>>,
  place: Place | undefined,
  writing: Writing,
  depth: number,
  time?: string,
): string {
  const record = place && recordOf(place, writing);
  const entries = Object.entries(value);
  if (record === undefined) {
    const values = place && shapesOf(place, writing).find((shape) => shape.kind === 'map')?.values;
    return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${textOf(one, values, writing, depth + 1)}`).join()}}`;
  }
  const fields = new Map(record.schema.fields.map((field) => [field.name, field]));
  const known = [...(time === undefined ? [] : [stamp.time]), ...fields.keys()];
  const unknown = entries.map(([name]) => name).filter((name) => !fields.has(name));
  const names = writing.rules.names(known, time !== undefined, unknown);
  const parts = entries.map(([name, one]) => {
    const field = fields.get(name);
    const inner = field && { schema: field.type, namespace: record.namespace };
    return `${JSON.stringify(names.get(name) ?? name)}:${textOf(one, inner, writing, depth + 1)}`;
  });
  const first = time === undefined ? [] : [`${JSON.stringify(names.get(stamp.time))}:${time}`];
  return `{${[...first, ...parts].join()}}`;
}

/** The types that a value may have. */
function shapesOf(place: Place, { names }: Writing): readonly Shape[] {
  const shape = names.shape(place);
  return shape.kind === 'union' ? shape.branches.map((branch) => names.shape(branch)) : [shape];
}

const recordOf = (place: Place, writing: Writing): Extract<Shape, { kind: 'record' }> | undefined =>
  shapesOf(place, writing).find((shape) => shape.kind === 'record');
