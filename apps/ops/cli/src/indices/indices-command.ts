import { Command, InvalidArgumentError } from 'commander';
import { contracts, topicName, type EventContract } from '@sluice/contracts';
import { appendValue, parseTime } from '../option-values.ts';
import { interruption } from '../terminal/interruption.ts';
import { UserError } from '../user-error.ts';
import { pruneIndices, showIndices } from './indices.ts';

/** `sluice indices …`: what Elasticsearch keeps, and how to delete the oldest of it. */
export function indicesCommand(): Command {
  const command = new Command('indices').description("list the events' indices in Elasticsearch, and delete old ones");
  command
    .command('list')
    .description('list the indices with the event times, documents and bytes that each has')
    .option('--topic <name>', 'of this event; may be repeated (default: all)', appendValue)
    .option('--json', 'print one JSON object per line')
    .action(async ({ topic, json }: { topic?: readonly string[]; json?: boolean }) => {
      await showIndices({ ...common(topic), json: json === true });
    });
  command
    .command('prune')
    .description(
      'delete indices whose events are all older than an age. Without --execute it only shows which. Objects, rows and topics stay',
    )
    .requiredOption('--older-than <age>', 'an age such as 30d, or a time', ageOption)
    .option('--topic <name>', 'of this event; may be repeated (default: all)', appendValue)
    .option('--execute', 'delete them')
    .option('--json', 'print one JSON object')
    .action(async (options: { olderThan: Date; topic?: readonly string[]; execute?: boolean; json?: boolean }) => {
      await pruneIndices({
        ...common(options.topic),
        before: options.olderThan,
        execute: options.execute === true,
        json: options.json === true,
      });
    });
  return command;
}

const common = (topics: readonly string[] | undefined) => ({
  ...{ contracts: contractsOf(topics), environment: process.env, signal: interruption() },
});

function contractsOf(topics: readonly string[] | undefined): readonly EventContract[] {
  const known = contracts.map(topicName);
  const unknown = topics?.find((topic) => !known.includes(topic));
  if (unknown !== undefined)
    throw new UserError(`There is no event with the topic ${unknown}; there are ${known.join(', ')}.`);
  return contracts.filter((contract) => topics?.includes(topicName(contract)) ?? true);
}

function ageOption(text: string): Date {
  const time = parseTime(text);
  if (time.getTime() > Date.now()) throw new InvalidArgumentError('Expected a time in the past.');
  return time;
}
