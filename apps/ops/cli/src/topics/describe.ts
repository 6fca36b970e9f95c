import { styleText } from 'node:util';
import { describeTopic, type TopicDetails, type TopicPartition } from '@sluice/operations';
import { withOperations } from '../clients/with-operations.ts';
import { ageOf } from '../terminal/ages.ts';
import { fittingTable, type Column } from '../terminal/fitting-table.ts';
import { count, jsonLine, printLines } from '../terminal/output.ts';
import { topicJson } from './list.ts';

const columns: readonly Column<TopicPartition>[] = [
  { title: 'partition', text: ({ partition }) => String(partition), side: 'right' },
  { title: 'first', text: ({ first }) => String(first), side: 'right' },
  { title: 'end', text: ({ end }) => String(end), side: 'right' },
  { title: 'offsets', text: ({ first, end }) => count(end - first), side: 'right', dropped: 2 },
  { title: 'newest', text: ({ newestMs }) => ageOf(newestMs), side: 'right' },
  { title: 'leader', text: ({ leader }) => (leader < 0 ? 'none' : String(leader)), side: 'right' },
  { title: 'replicas', text: ({ replicas }) => replicas.join(' '), dropped: 1 },
  { title: 'in sync', text: ({ inSync }) => inSync.join(' '), dropped: 1 },
];

/** Shows one topic. @throws OperationRefused when it does not exist */
export async function showTopic(options: {
  topic: string;
  all: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<void> {
  const { topic, all, json, environment, signal } = options;
  const details = await withOperations(environment, signal, (access) => describeTopic(access, topic));
  if (json) process.stdout.write(jsonLine(topicJson(details)));
  else printLines(topicLines(details, all));
}

function topicLines(details: TopicDetails, all: boolean): string[] {
  const { topic, kind, contract, retention, groups, settings, partitionDetails } = details;
  const shown = settings.filter(({ isOwn }) => all || isOwn);
  const heading = (text: string) => styleText('bold', text, { stream: process.stdout });
  return [
    heading(topic),
    `  holds   ${kind === 'events' ? `events of ${contract?.name ?? 'an unknown contract'}` : kind}`,
    `  keeps   ${retention}`,
    `  groups  ${groups.length === 0 ? 'none has committed an offset' : groups.join(', ')}`,
    '',
    ...fittingTable(columns, partitionDetails, process.stdout),
    '',
    heading(all ? 'settings' : 'settings of its own'),
    ...(shown.length === 0 ? ["  none: the brokers' values apply (--all shows them)"] : []),
    ...shown.map(({ name, value = '(hidden)', isOwn }) => `  ${name}=${value}${all && isOwn ? '  (its own)' : ''}`),
  ];
}
