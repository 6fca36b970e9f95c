import {
  elasticsearchRules,
  elasticsearchSettings,
  eventIndices,
  type EventIndices,
} from '@sluice/connector-elasticsearch';
import type { EventContract } from '@sluice/contracts';
import { indicesBefore, listIndices, type StoredIndex } from '@sluice/operations';
import { commandConfig } from '../settings.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { count, counted, jsonLine, printLines } from '../terminal/output.ts';

interface IndicesOptions {
  contracts: readonly EventContract[];
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

const columns: readonly Column<StoredIndex>[] = [
  { title: 'index', text: ({ index }) => index },
  { title: 'events from', text: ({ period }) => (period ? shortTime(period.fromMs) : 'any time') },
  { title: 'to', text: ({ period }) => (period ? shortTime(period.toMs) : '–'), dropped: 2 },
  { title: 'documents', text: ({ documents }) => count(documents), side: 'right' },
  { title: 'size', text: ({ bytes }) => sizeText(bytes), side: 'right' },
  { title: 'is', text: ({ health }) => health, dropped: 1 },
];

/** Without seconds, in UTC: what all rotations have. */
const shortTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`;

function sizeText(bytes: number): string {
  const [unit, size] = [['GB', 1e9] as const, ['MB', 1e6] as const, ['kB', 1e3] as const].find(
    ([, one]) => bytes >= one,
  ) ?? ['B', 1];
  return `${(bytes / size).toFixed(size === 1 ? 0 : 1)} ${unit}`;
}

/** Lists the indices. @throws FatalError when Elasticsearch does not answer */
export async function showIndices(options: IndicesOptions): Promise<void> {
  await withIndices(options, async (indices) => {
    const found = await listIndices(indices, options.contracts);
    if (options.json) process.stdout.write(found.map((index) => jsonLine(indexJson(index))).join(''));
    else if (found.length === 0) printLines(['There are no indices yet: the sink elasticsearch creates them.']);
    else printLines(fittingTable(columns, found, process.stdout));
  });
}

/** Deletes old indices, or shows which. @throws FatalError when Elasticsearch refuses or does not answer */
export async function pruneIndices(options: IndicesOptions & { before: Date; execute: boolean }): Promise<void> {
  const { before, execute, json, contracts, signal } = options;
  await withIndices(options, async (indices) => {
    const old = indicesBefore(await listIndices(indices, contracts), before.getTime());
    for (const { index } of execute ? old : []) {
      signal.throwIfAborted();
      await indices.remove(index);
      if (!json) process.stderr.write(`Deleted ${index}.\n`);
    }
    if (json) process.stdout.write(jsonLine({ before, indices: old.map(indexJson), deleted: execute }));
    else printLines(pruneLines(old, before, execute));
  });
}

function pruneLines(old: readonly StoredIndex[], before: Date, execute: boolean): string[] {
  if (old.length === 0)
    return [`No index has only events from before ${shortTime(before.getTime())}. Nothing was deleted.`];
  const documents = old.reduce((sum, index) => sum + index.documents, 0);
  const bytes = old.reduce((sum, index) => sum + index.bytes, 0);
  const what = `${counted(old.length, 'index').replace('indexs', 'indices')} with ${counted(documents, 'document')}, ${sizeText(bytes)}`;
  return [
    ...(execute ? [] : [...fittingTable(columns, old, process.stdout), '']),
    'While Kafka still has these events, `sluice audit` reports them as lost in Elasticsearch.',
    execute ? `Deleted ${what}.` : `Dry run: ${what} would be deleted. Add --execute to do it.`,
  ];
}

const indexJson = ({ period, ...index }: StoredIndex) => ({
  ...index,
  from: period ? new Date(period.fromMs).toISOString() : null,
  to: period ? new Date(period.toMs).toISOString() : null,
});

async function withIndices(
  { environment, signal }: IndicesOptions,
  run: (indices: EventIndices) => Promise<void>,
): Promise<void> {
  const indices = eventIndices(commandConfig(elasticsearchSettings, environment, elasticsearchRules), signal);
  try {
    await run(indices);
  } finally {
    await indices.close();
  }
}
