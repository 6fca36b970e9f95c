import type { PoolClient } from 'pg';
import type { EventContract } from '@sluice/contracts';
import type { SinkRecord } from '@sluice/sink';
import { tableColumns, type TableColumn } from '@sluice/sql-tables';
import { insertStatement } from '../write/insert-statement.ts';
import type { TableNames } from './names.ts';
import { prepareTable } from './prepare-tables.ts';

interface PreparedTable {
  readonly columns: ReadonlyMap<string, TableColumn>;
  /** The writer schemas whose fields have columns. */
  readonly schemas: ReadonlySet<number>;
  readonly insert: string;
}

/** The tables of events, as this process has found or made them. */
export interface EventTables {
  /** Makes sure that a table has a column for each field of the contract, and of the schemas that records were written with. */
  prepare(client: PoolClient, contract: EventContract, records?: readonly SinkRecord[]): Promise<PreparedTable>;
  /** Forgets what is known of a table: a person may have changed it. */
  forget(contract: EventContract): void;
}

export function eventTables(names: TableNames): EventTables {
  const prepared = new Map<EventContract, PreparedTable>();
  return {
    async prepare(client, contract, records = []) {
      const known = prepared.get(contract);
      const writers = new Map(records.map(({ schema }) => [schema.id, schema]));
      const unseen = [...writers.values()].filter(({ id }) => known?.schemas.has(id) !== true);
      if (known !== undefined && unseen.length === 0) return known;
      const found = [tableColumns(contract), ...unseen.map((schema) => tableColumns(contract, schema))].flat();
      const columns = new Map([...(known?.columns ?? []), ...found.map((column) => [column.name, column] as const)]);
      await prepareTable(client, names, contract, [...columns.values()]);
      const table: PreparedTable = {
        columns,
        schemas: new Set([...(known?.schemas ?? []), ...writers.keys()]),
        insert: insertStatement(names.event(contract), [...columns.values()]),
      };
      prepared.set(contract, table);
      return table;
    },
    forget: (contract) => void prepared.delete(contract),
  };
}
