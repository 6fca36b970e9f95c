import type { AvroField } from '../schema/avro-schema.ts';
import type { JsonRules } from './json-rules.ts';
import type { Resolved } from '../resolution/leaf-resolution.ts';
import type { Constants, Loop, RecordOf, RecordPart, Stamp, Target } from '../resolution/resolution-program.ts';
import type { Shape } from '../schema/schema-names.ts';
import { valuePlace } from '../resolution/substitution.ts';

/**
 * Writes JSON: calls of `JsonTranscoding`.
 *
 * @param defaultJson gives the JSON of a field's default
 */
export function jsonTarget(
  constants: Constants,
  rules: JsonRules,
  defaultJson: (record: string, field: AvroField) => string,
  stamp?: Stamp,
): Target {
  const { isRow, keepsUnknown } = rules;
  const literal = (text: string) => `t.literal(${constants.add(Buffer.from(text))});`;
  const repeat = (open: number, close: number, loop: Loop, item: string) =>
    `t.open(${open});${loop(`${item}t.itemEnd();`)}t.close(${close});`;
  return {
    keepsUnknown,
    stamp: stamp && { ...stamp, eventTime: () => `t.eventTime(${constants.add(valuePlace(stamp.time, isRow))});` },
    leaf: (leaf, _, where) => leafCall(leaf, rules, () => constants.add(valuePlace(where, isRow))),
    nullAmong: (branches) =>
      isRow && branches.some(({ kind }: Shape) => kind === 'array') ? literal('[]') : undefined,
    enumeration(symbols) {
      const quoted = symbols.map((symbol) => symbol && Buffer.from(JSON.stringify(symbol)));
      return `t.enumeration(${constants.add(quoted)});`;
    },
    array: ({ loop, item }) => repeat(0x5b, 0x5d, loop, item('')),
    map: ({ loop, value }) => repeat(0x7b, 0x7d, loop, `t.string();t.open(58);${value('')}`),
    record(parts: readonly RecordPart[], { fields, isOutermost }: RecordOf) {
      const unknown = parts.flatMap((part) => ('isUnknown' in part ? [part.name] : []));
      const names = rules.names(fields, isOutermost, unknown);
      let isFirst = true;
      const texts = parts.map((part) => {
        if ('passed' in part) return part.passed;
        const key = literal(`${isFirst ? '{' : ','}${JSON.stringify(names.get(part.name))}:`);
        isFirst = false;
        return key + part.value('');
      });
      return `${texts.join('')}${isFirst ? literal('{}') : 't.open(125);'}t.leave();`;
    },
    call: (name) => `${name}();`,
    fallback: (field: AvroField, { full }) => literal(defaultJson(full, field)),
  };
}

/** @param place gives the constant that says where the value is written */
function leafCall(leaf: Resolved, { isRow, decimalDigits }: JsonRules, place: () => string): string {
  switch (leaf.as) {
    case 'whole':
      return isRow ? `t.numberOfRow(${leaf.from});` : `t.number(${leaf.from});`;
    case 'float':
    case 'double':
      return `t.${leaf.as}(${place()});`;
    case 'real':
      return `t.real(${leaf.from},${place()});`;
    case 'date':
      return `t.date(${leaf.from},${place()});`;
    case 'instant':
      return leaf.digits === 3
        ? `t.timestampMillis(${leaf.from},${place()});`
        : `t.timestamp(${leaf.from},${leaf.digits},"Z",${place()});`;
    case 'local time':
      return `t.timestamp(${leaf.from},${leaf.digits},"",${place()});`;
    case 'time of day':
      return `t.timeOfDay(${leaf.from},${leaf.digits},${place()});`;
    case 'bytes':
      return `t.bytes(${leaf.size});`;
    case 'decimal': {
      const most = decimalDigits(leaf.precision, leaf.scale);
      return `t.decimal(${leaf.size},${leaf.scale},${most},${place()});`;
    }
    case 'uuid in text':
    case 'uuid in bytes':
      return `t.quoted(${leaf.from});`;
    default:
      return `t.${leaf.as}();`;
  }
}
