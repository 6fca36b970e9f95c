import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ContractField, ContractNamed, ContractRecord, ContractSchema } from '@sluice/contracts';

const avroFolder = 'libs/contracts/avro';

/** The TypeScript of all contracts: an interface per Avro record, an `EventContract` per file, and the list of them all. */
export function generateEvents(): { path: string; text: string } {
  const files = readdirSync(avroFolder)
    .filter((file) => file.endsWith('.avsc'))
    .sort();
  const types = new Map<string, string>();
  const contracts = files.map((file) => {
    const schema = JSON.parse(readFileSync(join(avroFolder, file), 'utf8')) as ContractRecord;
    typeName(schema, types);
    const constant = basename(file, '.avsc').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const isInternal = (schema.sluice as { internal?: boolean } | undefined)?.internal === true;
    return { constant, event: schema.name, schema, isInternal };
  });
  const text = [
    `// Generated from ${avroFolder}/*.avsc by \`npm run generate\`: change those, not this.`,
    `import { eventContract, type EventContract } from './contract/event-contract.ts';`,
    ...types.values(),
    ...contracts.map(
      ({ constant, event, schema }) =>
        `/** ${schema.doc ?? `The contract of ${event}.`} */\nexport const ${constant}: EventContract<${event}> = eventContract(${JSON.stringify(schema)});`,
    ),
    `/** The contracts of the events that sinks deliver: all but internal ones. */\nexport const contracts: readonly EventContract[] = [${contracts
      .filter(({ isInternal }) => !isInternal)
      .map(({ constant }) => constant)
      .join(', ')}];`,
  ].join('\n\n');
  return { path: 'libs/contracts/src/events.generated.ts', text: `${text}\n` };
}

const primitives: Record<string, string> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Buffer',
};

/** The TypeScript type of an Avro schema; of records and enums the name that they are declared by. */
export const typeScriptType = (schema: ContractSchema): string => typeName(schema, new Map());

/** The TypeScript type of an Avro schema; records and enums are declared once, under their names. */
function typeName(schema: ContractSchema, types: Map<string, string>): string {
  if (typeof schema === 'string') return primitives[schema] ?? schema.slice(schema.lastIndexOf('.') + 1);
  if (isUnion(schema)) return schema.map((branch) => typeName(branch, types)).join(' | ');
  if ('fields' in schema || 'symbols' in schema || 'size' in schema) return declare(schema, types);
  if ('items' in schema) return `readonly ${parenthesised(typeName(schema.items, types))}[]`;
  if ('values' in schema) return `Readonly<Record<string, ${typeName(schema.values, types)}>>`;
  return schema.logicalType === 'timestamp-millis' ? 'Date' : typeName(schema.type, types);
}

const isUnion = (schema: ContractSchema): schema is readonly ContractSchema[] => Array.isArray(schema);
const parenthesised = (type: string) => (type.includes(' ') ? `(${type})` : type);

function declare(schema: ContractNamed, types: Map<string, string>): string {
  const { name } = schema;
  if ('size' in schema) return 'Buffer';
  // Reserved before the fields are read, because a record may contain itself; types keep the order of their first mention.
  types.set(name, '');
  const doc = schema.doc === undefined ? '' : `/** ${schema.doc} */\n`;
  if ('symbols' in schema)
    types.set(name, `${doc}export type ${name} = ${schema.symbols.map((s) => JSON.stringify(s)).join(' | ')};`);
  else
    types.set(
      name,
      `${doc}export interface ${name} {\n${schema.fields.map((field) => member(field, types)).join('\n')}\n}`,
    );
  return name;
}

function member(field: ContractField, types: Map<string, string>): string {
  const doc = field.doc === undefined ? '' : `  /** ${field.doc} */\n`;
  return `${doc}  ${field.name}: ${typeName(field.type, types)};`;
}
