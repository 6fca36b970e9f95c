import { setTimeout as delay } from 'node:timers/promises';
import { styleText } from 'node:util';
import { lagReader, type LagReader } from '@sluice/operations';
import { describeError } from '@sluice/telemetry';
import { withOperations } from '../clients/with-operations.ts';
import { ageText } from '../terminal/ages.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { fullScreen } from '../terminal/full-screen.ts';
import { Interrupted } from '../terminal/interruption.ts';
import { count, jsonLine, printLines } from '../terminal/output.ts';
import { clipped } from '../terminal/text-layout.ts';
import { lagRates, type PartitionRate } from './rates.ts';

const rate = (perSecond: number | undefined): string => (perSecond === undefined ? '…' : perSecond.toFixed(1));

const columns: readonly Column<PartitionRate>[] = [
  { title: 'app', text: ({ group }) => group },
  { title: 'partition', text: ({ topic, partition }) => `${topic}-${partition}` },
  { title: 'in/s', text: ({ inPerSecond }) => rate(inPerSecond), side: 'right' },
  { title: 'out/s', text: ({ outPerSecond }) => rate(outPerSecond), side: 'right' },
  { title: 'lag', text: ({ records, isExact }) => `${isExact ? '' : '≤ '}${count(records)}`, side: 'right' },
  { title: 'oldest', text: ({ seconds }) => ageText(seconds), side: 'right' },
  { title: 'owner', text: ({ member }) => member ?? 'none', dropped: 1 },
];

interface TopOptions {
  groups: readonly string[] | undefined;
  topics: readonly string[] | undefined;
  intervalMs: number;
  mostTables: number | undefined;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** What one look found, or why it failed. */
interface Look {
  atMs: number;
  rates: readonly PartitionRate[];
  problem: string | undefined;
}

/** Shows rates and lags until Ctrl-C. @returns the exit code */
export async function top(options: TopOptions): Promise<number> {
  const { json, environment, signal } = options;
  try {
    await withOperations(environment, signal, async (access) => {
      const show = json ? showJson : process.stdout.isTTY ? screen() : showTable;
      try {
        await lookAgainAndAgain(lagReader(access), options, show);
      } finally {
        show.end?.();
      }
    });
    return signal.aborted ? 130 : 0;
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  }
}

type Show = ((look: Look) => void) & { end?: () => void };

async function lookAgainAndAgain(reader: LagReader, options: TopOptions, show: Show): Promise<void> {
  const { groups, topics, intervalMs, mostTables = Infinity, signal } = options;
  const rates = lagRates();
  let last: Look = { atMs: Date.now(), rates: [], problem: undefined };
  for (let tables = 1; !signal.aborted; tables++) {
    try {
      const lags = await reader.read({ ...(groups && { groups }), ...(topics && { topics }) });
      last = { atMs: Date.now(), rates: rates(lags, performance.now()), problem: undefined };
    } catch (error) {
      // What was last known stays on the screen.
      last = { ...last, problem: describeError(error) };
    }
    if (signal.aborted) return;
    show(last);
    if (tables >= mostTables) return;
    await delay(intervalMs, undefined, { signal }).catch(() => {});
  }
}

/** Partitions with the oldest records first, then those with the most traffic. */
const byUrgency = (a: PartitionRate, b: PartitionRate): number =>
  (b.seconds ?? 0) - (a.seconds ?? 0) || b.records - a.records || (b.inPerSecond ?? 0) - (a.inPerSecond ?? 0);

function screen(): Show {
  let look: Look | undefined;
  const draw = (size: { columns: number; rows: number }): string[] => {
    if (look === undefined) return [];
    const { rates, problem, atMs } = look;
    const totals = `${rates.length} partitions · lag ${count(rates.reduce((sum, { records }) => sum + records, 0))}`;
    const heading = `sluice top · ${new Date(atMs).toTimeString().slice(0, 8)} · ${totals} · Ctrl-C ends`;
    const shown = [...rates].sort(byUrgency);
    const room = Math.max(1, size.rows - 3);
    const table =
      shown.length === 0
        ? ['No consumer group has committed an offset yet.']
        : fittingTable(columns, shown.slice(0, room - (shown.length > room ? 1 : 0)), process.stdout);
    return [
      clipped(heading, size.columns, 1)[0] ?? '',
      problem === undefined
        ? ''
        : styleText('red', clipped(`Kafka does not answer: ${problem}`, size.columns, 1)[0] ?? '', {
            stream: process.stdout,
          }),
      ...table,
      ...(shown.length > room ? [`… and ${shown.length - room + 1} more: a taller window shows them`] : []),
    ].slice(0, size.rows);
  };
  const full = fullScreen(process.stdout, draw);
  return Object.assign(
    (next: Look) => {
      look = next;
      full.draw();
    },
    { end: () => full.end() },
  );
}

const showTable: Show = ({ rates, problem, atMs }) => {
  if (problem !== undefined) process.stderr.write(`Kafka does not answer: ${problem}\n`);
  else
    printLines([
      new Date(atMs).toISOString(),
      ...fittingTable(columns, [...rates].sort(byUrgency), process.stdout),
      '',
    ]);
};

const showJson: Show = ({ rates, problem, atMs }) => {
  process.stdout.write(
    jsonLine({
      at: new Date(atMs).toISOString(),
      ...(problem !== undefined && { problem }),
      partitions: rates.map(({ oldestMs, ...one }) => ({
        ...one,
        oldest: oldestMs === undefined ? null : new Date(oldestMs).toISOString(),
      })),
    }),
  );
};
