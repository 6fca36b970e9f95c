import type { AvroSchema } from '@sluice/avro';
import { renamedFields, tableName, type EventContract } from '@sluice/contracts';
import type { Logger } from '@sluice/telemetry';

/** Logs the columns that are not named like their fields, each once. */
export function renamedColumnsLog(dataset: string, logger: Logger) {
  /** By table: the fields that were logged, with their columns. */
  const logged = new Map<string, Set<string>>();
  return (contract: EventContract, schema: AvroSchema, references: readonly AvroSchema[]): void => {
    const table = tableName(contract, dataset);
    const before = logged.get(table) ?? new Set();
    logged.set(table, before);
    const fields = Object.entries(renamedFields(schema, 'rows', references)).filter(
      ([field, column]) => !before.has(`${field} ${column}`),
    );
    for (const [field, column] of fields) before.add(`${field} ${column}`);
    if (fields.length > 0)
      logger.info(
        { table, columns: Object.fromEntries(fields) },
        'columns have other names than their fields, as BigQuery reserves these or takes names that differ in case for one',
      );
  };
}
