import type { AvroSchema } from '@sluice/avro';
import { tableName, type EventContract } from '@sluice/contracts';
import { coded } from '@sluice/telemetry';
import { mergeColumns, rescuedColumn, tableSchema, writtenColumns, type RowFormat } from '@sluice/warehouse-schemas';
import type { LoadedTable } from '../load/load-job.ts';
import { renamedColumnsLog } from './renamed-columns.ts';
import { TableConflict } from './table-conflict.ts';
import {
  addColumns,
  findOrCreate,
  prepareDataset,
  tableId,
  type Dataset,
  type TableResource,
} from './table-requests.ts';

/** The dataset and its tables. */
export interface WarehouseTables {
  /**
   * Creates the dataset and the tables that do not exist, and adds columns that the contracts have gained. A table whose columns depend
   * on the objects' format waits for its first object. Repeatable.
   *
   * @throws Error in a sentence when a right is missing or the dataset is in another location
   */
  prepare(contracts: readonly EventContract[], signal: AbortSignal): Promise<void>;
  /** A contract's table as it is known. Where it does not exist it is created, for rows of this format. */
  find(contract: EventContract, format: RowFormat, signal: AbortSignal): Promise<LoadedTable>;
  /**
   * Like `find`, and adds the columns that such rows need.
   *
   * @throws TableConflict when a column is of another type, and such rows are not rescued
   */
  fit(
    contract: EventContract,
    schemas: readonly [RowSchema, ...RowSchema[]],
    signal: AbortSignal,
  ): Promise<FittedTable>;
  /** Like `find`, and adds the column for values that their columns do not take. */
  withRescuedColumn(contract: EventContract, signal: AbortSignal): Promise<LoadedTable>;
  /** Has the next call read the table again. */
  forget(contract: EventContract): void;
}

/** A table with all the columns that rows need, but for those that it has with another type. */
interface FittedTable {
  readonly table: LoadedTable;
  /** A sentence for each of these. */
  readonly conflicts: readonly string[];
}

/** Whether rows of a format are brought into the form of a table that differs from the contract. An Avro file has one schema. */
export const isRescued = ({ refused }: EventContract, format: RowFormat): boolean =>
  refused === 'rescue' && format === 'JSON';

export interface RowSchema {
  readonly schema: AvroSchema;
  readonly references: readonly AvroSchema[];
  readonly format: RowFormat;
}

export function warehouseTables(place: Dataset): WarehouseTables {
  const { client, dataset, logger } = place;
  const known = new Map<EventContract, LoadedTable>();
  const logRenamed = renamedColumnsLog(dataset, logger);

  const remember = async (
    contract: EventContract,
    { creationTime = '', schema }: TableResource,
    signal: AbortSignal,
  ): Promise<LoadedTable> => {
    const table: LoadedTable = {
      project: await client.project(signal),
      dataset,
      table: tableId(contract, place),
      created: creationTime,
      columns: schema?.fields ?? [],
    };
    known.set(contract, table);
    return table;
  };

  const find: WarehouseTables['find'] = async (contract, format, signal) =>
    known.get(contract) ?? remember(contract, await findOrCreate(place, contract, format, signal), signal);

  return {
    async prepare(contracts, signal) {
      await prepareDataset(place, signal);
      for (const contract of contracts) {
        logRenamed(contract, contract.schema, []);
        const [{ schema }, avro] = [tableSchema(contract, 'JSON'), tableSchema(contract, 'AVRO')];
        if (JSON.stringify(schema) !== JSON.stringify(avro.schema)) continue;
        const { resource, conflicts } = await addColumns(place, contract, 'JSON', schema.fields, signal);
        await remember(contract, resource, signal);
        if (conflicts.length > 0)
          logger.warn(
            { table: tableName(contract, dataset), conflicts, ...coded('table-conflict') },
            'the table differs from the contract',
          );
      }
    },
    find,
    async fit(contract, schemas, signal) {
      const [{ format }] = schemas;
      let table = await find(contract, format, signal);
      for (const { schema, references } of schemas) logRenamed(contract, schema, references);
      const rows = schemas.map((row) => writtenColumns(contract, row));
      const fits = rows.every((columns) => {
        const { changed, conflicts } = mergeColumns(table.columns, columns);
        return changed.length === 0 && conflicts.length === 0;
      });
      if (fits) return { table, conflicts: [] };
      const found: string[] = [];
      for (const columns of rows) {
        const { resource, conflicts } = await addColumns(place, contract, format, columns, signal);
        table = await remember(contract, resource, signal);
        found.push(...conflicts);
        if (conflicts.length > 0 && !isRescued(contract, format))
          throw new TableConflict(
            `the table ${tableName(contract, dataset)} cannot take the rows: ${conflicts.join('; ')}. ` +
              'Change the type of the column, or rename the table and let it be created again',
          );
      }
      return { table, conflicts: [...new Set(found)] };
    },
    async withRescuedColumn(contract, signal) {
      const { resource } = await addColumns(place, contract, 'JSON', [rescuedColumn], signal);
      return remember(contract, resource, signal);
    },
    forget: (contract) => void known.delete(contract),
  };
}
