import { listTopics, type TopicSummary } from '@sluice/operations';
import { withOperations } from '../clients/with-operations.ts';
import { ageOf } from '../terminal/ages.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { count, jsonLine, printLines } from '../terminal/output.ts';

const columns: readonly Column<TopicSummary>[] = [
  { title: 'topic', text: ({ topic }) => topic },
  { title: 'holds', text: ({ kind, contract }) => (kind === 'events' ? (contract?.name ?? kind) : kind), dropped: 2 },
  { title: 'partitions', text: ({ partitions }) => String(partitions), side: 'right' },
  {
    title: 'replicas',
    text: ({ replicas, underReplicated }) =>
      underReplicated === 0 ? String(replicas) : `${replicas}, ${underReplicated} out of sync`,
    side: 'right',
    dropped: 3,
  },
  { title: 'offsets', text: ({ offsets }) => count(offsets), side: 'right' },
  { title: 'newest', text: ({ newestMs }) => ageOf(newestMs), side: 'right' },
  { title: 'kept', text: ({ retention }) => retention, dropped: 1 },
];

/** Lists the topics. */
export async function showTopics(options: {
  all: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<void> {
  const { all, json, environment, signal } = options;
  const topics = await withOperations(environment, signal, listTopics);
  const shown = topics.filter(({ kind }) => all || kind !== 'kafka');
  if (json) process.stdout.write(shown.map((topic) => jsonLine(topicJson(topic))).join(''));
  else if (shown.length === 0) printLines(['There are no topics yet: apps create theirs when they start.']);
  else printLines(fittingTable(columns, shown, process.stdout));
}

export const topicJson = ({ contract, newestMs, ...topic }: TopicSummary) => ({
  ...topic,
  contract: contract?.name ?? null,
  newest: newestMs === undefined ? null : new Date(newestMs).toISOString(),
});
