import type { AppStatus } from './app-status.ts';
import { tableLines } from './table-lines.ts';

/** One app's line in the summary. */
export interface SummaryRow {
  name: string;
  status: AppStatus | undefined;
  isStopped: boolean;
  ratePerSecond: number | undefined;
}

/** The live summary as lines; plain text, or coloured for a terminal. */
export function summaryLines(rows: readonly SummaryRow[], stream: NodeJS.WriteStream): string[] {
  const cells = rows.map(({ name, status, isStopped, ratePerSecond }) => [
    name,
    status === undefined ? (isStopped ? 'stopped' : 'starting') : status.events.toLocaleString('en-US'),
    ratePerSecond === undefined ? '' : `${ratePerSecond.toFixed(1)}/s`,
    status?.lag === undefined ? '' : status.lag.toLocaleString('en-US'),
    status?.freshnessSeconds === undefined ? '' : `${status.freshnessSeconds.toFixed(2)} s`,
  ]);
  return tableLines(['app', 'events', 'rate', 'lag', 'freshness'], cells, stream);
}
