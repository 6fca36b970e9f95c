import { tableName, type EventContract } from '@sluice/contracts';
import { quoteName } from '@sluice/sql-tables';

/** The tables of a schema, as SQL names them. */
export interface TableNames {
  /** Of an event. */
  event(contract: EventContract): string;
  /** How far each group has come with each partition. */
  positions: string;
  /** The records that will never be rows. */
  refused: string;
}

export const tableNames = (schema: string): TableNames => {
  const inSchema = (table: string) => `${quoteName(schema)}.${quoteName(table)}`;
  return {
    event: (contract) => inSchema(tableOf(contract)),
    positions: inSchema('sluice_positions'),
    refused: inSchema('sluice_refused'),
  };
};

/** The name of an event's table without its schema. */
export const tableOf = (contract: EventContract): string => tableName(contract, '').slice(1);
