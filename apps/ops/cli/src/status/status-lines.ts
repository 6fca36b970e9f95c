import { styleText } from 'node:util';
import type { GroupLag, TopicSummary } from '@sluice/operations';
import { ageOf, ageText } from '../terminal/ages.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { count } from '../terminal/output.ts';
import type { AppState } from './app-states.ts';
import type { ServerState } from './server-states.ts';
import type { Status } from './shown-status.ts';

const serverColumns: readonly Column<ServerState>[] = [
  { title: 'server', text: ({ name }) => name },
  { title: 'is', text: ({ problem }) => (problem === undefined ? 'up' : 'down') },
  { title: 'address', text: ({ address }) => address },
];
const appColumns: readonly Column<AppState>[] = [
  { title: 'app', text: ({ name }) => name },
  { title: 'is', text: ({ state }) => state },
  { title: 'since', text: ({ since }) => (since === undefined ? '' : ageOf(Date.parse(since))), dropped: 1 },
  { title: 'reason', text: ({ reason = '' }) => reason },
];
const groupColumns: readonly Column<GroupLag>[] = [
  { title: 'group', text: ({ group }) => group },
  { title: 'is', text: ({ state }) => state },
  { title: 'members', text: ({ members }) => String(members), side: 'right', dropped: 1 },
  { title: 'lag', text: ({ records, isExact }) => `${isExact ? '' : '≤ '}${count(records)}`, side: 'right' },
  { title: 'oldest', text: ({ seconds }) => ageText(seconds), side: 'right' },
];
interface EventRow extends TopicSummary {
  deadLetters: bigint;
}
const topicColumns: readonly Column<EventRow>[] = [
  { title: 'events', text: ({ topic }) => topic },
  { title: 'offsets', text: ({ offsets }) => count(offsets), side: 'right', dropped: 1 },
  { title: 'newest', text: ({ newestMs }) => ageOf(newestMs), side: 'right' },
  { title: 'dead letters', text: ({ deadLetters }) => count(deadLetters), side: 'right' },
];

/** The tables of `sluice status`, and a last sentence for each problem. */
export function statusLines(status: Status, problems: readonly string[], stream: NodeJS.WriteStream): string[] {
  const { servers, apps, groups, topics } = status;
  const events = topics
    .filter(({ kind }) => kind === 'events')
    .map((topic) => ({ ...topic, deadLetters: deadLettersOf(topic, topics) }));
  const tables = [
    fittingTable(serverColumns, servers, stream),
    apps === undefined
      ? ['Where the apps are is not known: they are not those of `sluice start`, and SLUICE_APPS is not set.']
      : fittingTable(appColumns, apps, stream),
    ...(groups.length > 0 ? [fittingTable(groupColumns, groups, stream)] : []),
    ...(events.length > 0 ? [fittingTable(topicColumns, events, stream)] : []),
  ];
  const verdict =
    problems.length === 0
      ? [styleText('green', 'All is well.', { stream })]
      : problems.map((problem) => styleText('red', `${problem}.`, { stream }));
  return [...tables.flatMap((table) => [...table, '']), ...verdict];
}

/** Offsets in a dead-letter topic: the end markers of transactions count, too. */
const deadLettersOf = ({ topic }: TopicSummary, topics: readonly TopicSummary[]): bigint =>
  topics.find((one) => one.topic === `${topic}.dlq`)?.offsets ?? 0n;
