import type { AvroField, AvroSchema } from './avro-schema.ts';
import { defaultJson } from './default-json.ts';
import type { Resolved } from './leaf-resolution.ts';
import type { Constants, Loop, RecordPart, Target } from './resolution-program.ts';
import type { Shape } from './schema-names.ts';

/**
 * How JSON stands for a null where an array may be: as null in a document; as an empty array in a row, since BigQuery refuses a null
 * for a repeated column (https://cloud.google.com/bigquery/docs/nested-repeated#limitations).
 */
export type JsonForm = 'document' | 'row';

/** Writes JSON: calls of `JsonTranscoding`. */
export function jsonTarget(reader: AvroSchema, constants: Constants, form: JsonForm): Target {
  const literal = (text: string) => `t.literal(${constants.add(Buffer.from(text))});`;
  const repeat = (open: number, close: number, loop: Loop, item: string) =>
    `t.open(${open});${loop(`${item}t.itemEnd();`)}t.close(${close});`;
  return {
    leaf: (leaf) => leafCall(leaf),
    nullAmong: (branches) =>
      form === 'row' && branches.some(({ kind }: Shape) => kind === 'array') ? literal('[]') : undefined,
    enumeration(symbols) {
      const quoted = symbols.map((symbol) => symbol && Buffer.from(JSON.stringify(symbol)));
      return `t.enumeration(${constants.add(quoted)});`;
    },
    array: ({ loop, item }) => repeat(0x5b, 0x5d, loop, item('')),
    map: ({ loop, value }) => repeat(0x7b, 0x7d, loop, `t.string();t.open(58);${value('')}`),
    record(parts: readonly RecordPart[]) {
      let isFirst = true;
      const texts = parts.map((part) => {
        if ('passed' in part) return part.passed;
        const key = literal(`${isFirst ? '{' : ','}${JSON.stringify(part.name)}:`);
        isFirst = false;
        return key + part.value('');
      });
      return `${texts.join('')}${isFirst ? literal('{}') : 't.open(125);'}t.leave();`;
    },
    call: (name) => `${name}();`,
    fallback: (field: AvroField, { full }) => literal(defaultJson(reader, full, field, form)),
  };
}

function leafCall(leaf: Resolved): string {
  switch (leaf.as) {
    case 'whole':
      return `t.number(${leaf.from});`;
    case 'real':
      return `t.real(${leaf.from});`;
    case 'date':
      return `t.date(${leaf.from});`;
    case 'instant':
      return leaf.digits === 3 ? `t.timestampMillis(${leaf.from});` : `t.timestamp(${leaf.from},${leaf.digits},"Z");`;
    case 'local time':
      return `t.timestamp(${leaf.from},${leaf.digits},"");`;
    case 'time of day':
      return `t.timeOfDay(${leaf.from},${leaf.digits});`;
    case 'bytes':
      return `t.bytes(${leaf.size});`;
    case 'decimal':
      return `t.decimal(${leaf.size},${leaf.scale});`;
    case 'uuid in text':
    case 'uuid in bytes':
      return `t.quoted(${leaf.from});`;
    default:
      return `t.${leaf.as}();`;
  }
}
