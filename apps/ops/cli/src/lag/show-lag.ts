import { lagReader, type GroupLag, type PartitionLag } from '@sluice/operations';
import { withOperations } from '../clients/with-operations.ts';
import { ageText } from '../terminal/ages.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { count, jsonLine, printLines } from '../terminal/output.ts';
import { UserError } from '../user-error.ts';

interface LagRow extends Pick<PartitionLag, 'topic' | 'records' | 'isExact' | 'seconds'> {
  group: string;
  state: string;
  partitions: readonly PartitionLag[];
}

const lag = ({ records, isExact }: Pick<PartitionLag, 'records' | 'isExact'>): string =>
  `${isExact ? '' : '≤ '}${count(records)}`;

const columns: readonly Column<LagRow>[] = [
  { title: 'group', text: ({ group }) => group },
  { title: 'topic', text: ({ topic }) => topic },
  { title: 'lag', text: lag, side: 'right' },
  { title: 'oldest', text: ({ seconds }) => ageText(seconds), side: 'right' },
  { title: 'partitions behind', text: behind, side: 'right', dropped: 2 },
  { title: 'group is', text: ({ state }) => state, dropped: 1 },
];

const partitionColumns: readonly Column<PartitionLag & { group: string }>[] = [
  { title: 'group', text: ({ group }) => group },
  { title: 'partition', text: ({ topic, partition }) => `${topic}-${partition}` },
  {
    title: 'committed',
    text: ({ committed }) => (committed === undefined ? 'nothing' : String(committed)),
    side: 'right',
    dropped: 2,
  },
  { title: 'end', text: ({ end }) => String(end), side: 'right', dropped: 2 },
  { title: 'lag', text: lag, side: 'right' },
  { title: 'oldest', text: ({ seconds }) => ageText(seconds), side: 'right' },
  { title: 'owner', text: ({ member }) => member ?? 'none', dropped: 1 },
];

/** Prints the lag of consumer groups. @throws UserError when a named group does not exist */
export async function showLag(options: {
  groups: readonly string[] | undefined;
  topics: readonly string[] | undefined;
  partitions: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<void> {
  const { groups, topics, partitions, json, environment, signal } = options;
  const lags = await withOperations(environment, signal, (access) =>
    lagReader(access).read({ ...(groups && { groups }), ...(topics && { topics }) }),
  );
  const absent = groups && lags.find(({ state, partitions: all }) => state === 'absent' && all.length === 0);
  if (absent)
    throw new UserError(`There is no consumer group ${absent.group}; \`sluice groups\` lists those that exist.`);
  if (json) process.stdout.write(lags.map((group) => jsonLine(lagJson(group))).join(''));
  else printLines(lagLines(lags, partitions));
}

const lagJson = ({ partitions, ...group }: GroupLag) => ({
  ...group,
  partitions: partitions.map(({ oldestMs, ...partition }) => ({
    ...partition,
    oldest: oldestMs === undefined ? null : new Date(oldestMs).toISOString(),
  })),
});

function lagLines(lags: readonly GroupLag[], partitions: boolean): string[] {
  const stream = process.stdout;
  if (lags.every((group) => group.partitions.length === 0))
    return [
      'No consumer group has committed an offset yet: sinks and processors do it once they have delivered records.',
    ];
  if (partitions)
    return fittingTable(
      partitionColumns,
      lags.flatMap(({ group, partitions: all }) => all.map((one) => ({ ...one, group }))),
      stream,
    );
  return fittingTable(columns, lags.flatMap(topicRows), stream);
}

const topicRows = ({ group, state, partitions }: GroupLag): LagRow[] =>
  [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, those]) => ({
    ...{ group, state, topic, partitions: those },
    records: those.reduce((sum, { records }) => sum + records, 0),
    isExact: those.every(({ isExact }) => isExact),
    seconds: those.some(({ seconds }) => seconds === undefined)
      ? undefined
      : Math.max(...those.map(({ seconds = 0 }) => seconds)),
  }));

function behind({ partitions }: LagRow): string {
  const late = partitions.filter(({ records }) => records > 0).length;
  return late === 0 ? 'none' : `${late} of ${partitions.length}`;
}
