import type { EventContract } from '@sluice/contracts';
import { rescuedRow, type TableColumn } from '@sluice/warehouse-schemas';
import { coded, type Logger } from '@sluice/telemetry';
import type { LoadMetrics } from '../load/load-metrics.ts';

/** Lines that a table takes. */
export interface RescuedLines {
  readonly data: Buffer;
  /** In how many of them a column's value was moved aside, by column; empty if the lines are as they were. */
  readonly counts: ReadonlyMap<string, number>;
}

const lineFeed = Buffer.of(0x0a);

/** Moves the values that columns do not take aside, in each line: see `rescuedRow`. */
export function rescuedLines(columns: readonly TableColumn[], lines: readonly Buffer[]): RescuedLines {
  const counts = new Map<string, number>();
  const data = lines.flatMap((bytes) => {
    const { line, columns: moved } = rescuedRow(columns, bytes.toString());
    for (const column of moved) counts.set(column, (counts.get(column) ?? 0) + 1);
    return [moved.length === 0 ? bytes : Buffer.from(line), lineFeed];
  });
  return { data: Buffer.concat(data), counts };
}

/** Counts what a job has loaded in this way, and logs it. */
export function reportRescued(
  { topic }: Pick<EventContract, 'topic'>,
  table: string,
  counts: RescuedLines['counts'],
  { metrics, logger }: { metrics: Pick<LoadMetrics, 'rescued'>; logger: Logger },
): void {
  if (counts.size === 0) return;
  for (const [field, count] of counts) metrics.rescued.inc({ table, field }, count);
  logger.warn(
    { topic, table, rows: Object.fromEntries(counts), ...coded('value-rescued') },
    'columns do not take values of some rows: these are in _sluice.rescued, and the rest of the rows as usual',
  );
}
