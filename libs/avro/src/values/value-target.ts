import type { AvroField } from '../schema/avro-schema.ts';
import type { Resolved } from '../resolution/leaf-resolution.ts';
import type { Constants, RecordPart, Target } from '../resolution/resolution-program.ts';

/**
 * Decodes values: calls of `ValueDecoding`, whose results are stored in variables.
 *
 * @param defaultValue decodes a field's default
 */
export function valueTarget(constants: Constants, defaultValue: (record: string, field: AvroField) => unknown): Target {
  let variables = 0;
  const variable = () => `v${variables++}`;
  return {
    keepsUnknown: false,
    leaf: (leaf, into) => `${into}=${leafValue(leaf)};`,
    nullAmong: () => undefined,
    enumeration: (symbols, into) => `${into}=t.symbol(${constants.add(symbols)});`,
    array({ loop, item, where }, into) {
      const name = constants.add(where);
      const one = variable();
      const keep = `if(typeof ${one}==='bigint')t.refuse(${into},${into}.length,${name});else ${into}.push(${one});`;
      return `${into}=[];${loop(`let ${one};${item(one)}${keep}`)}`;
    },
    map({ loop, value, where }, into) {
      const name = constants.add(where);
      const [key, one] = [variable(), variable()];
      const keep = `if(typeof ${one}==='bigint')t.refuse(${into},${key},${name});else ${into}[${key}]=${one};`;
      return `${into}=t.map();${loop(`const ${key}=t.string();let ${one};${value(one)}${keep}`)}`;
    },
    record(parts: readonly RecordPart[], { name: record }) {
      const fields: { name: string; value: string }[] = [];
      const texts = parts.map((part) => {
        if ('passed' in part) return part.passed;
        const value = variable();
        fields.push({ name: part.name, value });
        return part.value(value);
      });
      const declared = fields.length === 0 ? '' : `let ${fields.map(({ value }) => value).join(',')};`;
      const made = fields.map(({ name, value }) => `${keyOf(name, constants)}:${value}`);
      const checks = fields.map(({ name, value }) => {
        const [key, where] = [constants.add(name), constants.add(`${record}.${name}`)];
        return `if(typeof ${value}==='bigint')t.refuse(o,${key},${where});`;
      });
      return `${declared}${texts.join('')}t.leave();const o={${made.join(',')}};${checks.join('')}return o;`;
    },
    call: (name, into) => `${into}=${name}();`,
    fallback: (field, { full }, into) => `${into}=${constants.add(deeplyFrozen(defaultValue(full, field)))};`,
  };
}

/** A name as a key in an object literal. Only plain identifiers stand in the code; `__proto__` would set the prototype. */
const keyOf = (name: string, constants: Constants): string =>
  /^[A-Za-z_]\w*$/.test(name) && name !== '__proto__' ? name : `[${constants.add(name)}]`;

/** All values share one default, so that a few bytes cannot become many objects. */
function deeplyFrozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  for (const inner of Object.values(value)) deeplyFrozen(inner);
  return Object.freeze(value);
}

function leafValue(leaf: Resolved): string {
  switch (leaf.as) {
    case 'null':
      return 'null';
    case 'whole':
    case 'real':
    case 'date':
    case 'local time':
    case 'time of day':
      return leaf.from;
    case 'instant':
      return leaf.digits === 3 ? `t.date(${leaf.from})` : leaf.from;
    case 'json':
      return 't.string()';
    case 'duration':
      return 't.bytes(12)';
    case 'bytes':
    case 'decimal':
      return `t.bytes(${leaf.size})`;
    case 'uuid in text':
      return leaf.from;
    case 'uuid in bytes':
      return leaf.from === 't.uuidOfBytes()' ? 't.bytes(16)' : `t.uuidBytes(${leaf.from})`;
    default:
      return `t.${leaf.as}()`;
  }
}
