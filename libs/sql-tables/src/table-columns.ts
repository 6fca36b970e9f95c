import { SchemaNames, type AvroSchema } from '@sluice/avro';
import { columnNames, withSchema, type EventContract } from '@sluice/contracts';
import { columnType, type ColumnType } from './column-type.ts';

/** The column of one field. */
export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns that say which record a row comes from. Partition and offset are the primary key. */
export const placeColumns = { partition: '_partition', offset: '_offset', id: '_id', time: '_time' } as const;

/** The schema of a record's writer. */
interface Writer {
  readonly avro: AvroSchema;
  readonly references?: readonly AvroSchema[];
  unknownFields(contract: EventContract): readonly string[];
}

/**
 * The columns of an event's fields: those of the contract, and those that only the writer of a record has.
 *
 * @throws Error with a sentence for the user when the contract is not a record
 */
export function tableColumns(contract: EventContract, writer?: Writer): readonly TableColumn[] {
  if (contract.derived !== undefined && writer !== undefined)
    return tableColumns(withSchema(contract, { schema: writer.avro, references: writer.references }));
  const known = contract.schema.fields.map(({ name }) => name);
  const unknown = writer?.unknownFields(contract) ?? [];
  const nameOf = columnNames(known, true, unknown);
  return [
    ...columnsOf(contract.schema, [], () => true, nameOf),
    ...(writer === undefined || unknown.length === 0
      ? []
      : columnsOf(writer.avro, writer.references ?? [], (name) => unknown.includes(name), nameOf)),
  ];
}

function columnsOf(
  schema: AvroSchema,
  references: readonly AvroSchema[],
  isWanted: (name: string) => boolean,
  nameOf: ReadonlyMap<string, string>,
): TableColumn[] {
  const names = new SchemaNames([...references, schema]);
  const shape = names.shape({ schema, namespace: '' });
  if (shape.kind !== 'record') throw new Error('the schema is not a record, so there is no table for it');
  return shape.schema.fields
    .filter(({ name }) => isWanted(name))
    .map(({ name, type }) => ({
      name: nameOf.get(name) ?? name,
      type: columnType(names, { schema: type, namespace: shape.namespace }),
    }));
}

/** A name as an identifier of SQL. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
