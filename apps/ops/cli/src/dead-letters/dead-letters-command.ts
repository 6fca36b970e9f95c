import { Command, Option } from 'commander';
import type { DeadLetterFilter, DeadLetterState } from '@sluice/dead-letters';
import { interruption } from '../terminal/interruption.ts';
import { appendValue, offset, parseTime, positiveNumber, wholeNumber } from '../option-values.ts';
import { listDeadLetters } from './list/list.ts';
import { replayDeadLetters } from './replay.ts';
import { showDeadLetter } from './show.ts';

interface FilterOptions extends DeadLetterFilter {
  topic?: readonly string[];
}

const filtered = (command: Command): Command =>
  command
    .option('--topic <name>', 'dead letters of this topic; may be repeated (default: all events)', appendValue)
    .option('--by <app>', 'given up by this app')
    .option('--reason <text>', 'whose reason contains this text, in any case')
    .option('--error-class <class>', 'of this error class, such as undecodable or refused')
    .option('--since <time>', 'given up at or after this time: 2026-11-21T10:00:00Z, or an age such as 2h', parseTime)
    .option('--until <time>', 'given up before this time', parseTime)
    .option('--partition <number>', 'in this partition of the dead-letter topic', wholeNumber)
    .option('--offset <number>', 'at this offset of the dead-letter topic', offset);

/** `sluice dead-letters …`: lists, shows and replays what sources, processors and sinks gave up. */
export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description(
    'list, show and replay the records that a destination refused or that cannot be read',
  );
  filtered(command.command('list'))
    .description('list dead letters, the newest last, without their contents')
    .addOption(new Option('--state <state>', 'only dead letters in this state').choices(['open', 'replayed']))
    .option('--limit <count>', 'only the newest <count> (default: 50 in a table, all with --json)', positiveNumber)
    .option('--summary', 'count them by topic, app, error class and reason')
    .option('--json', 'print one JSON object per line')
    .action(
      async (
        options: FilterOptions & { state?: DeadLetterState; limit?: number; summary?: boolean; json?: boolean },
      ) => {
        process.exitCode = await listDeadLetters({
          topics: options.topic,
          filter: options,
          state: options.state,
          limit: options.limit,
          summary: options.summary === true,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );
  command
    .command('show')
    .description('show one dead letter with its contents: the event as JSON, or its bytes if it cannot be read')
    .argument('<topic>', 'the dead-letter topic, as `list` prints it')
    .argument('<partition>', 'its partition', wholeNumber)
    .argument('<offset>', 'its offset', offset)
    .option('--json', 'print one JSON object')
    .action(async (topic: string, partition: number, at: bigint, { json }: { json?: boolean }) => {
      process.exitCode = await showDeadLetter({
        topic,
        partition,
        offset: at,
        json: json === true,
        environment: process.env,
        signal: interruption(),
      });
    });
  filtered(command.command('replay'))
    .description(
      'publish dead letters to their topics again, each once; after an interruption, call it again to continue',
    )
    .option('--dry-run', 'print what would be replayed, and replay nothing')
    .option('--limit <count>', 'only the first <count>', positiveNumber)
    .option('--max-replays <count>', 'leave records that have been replayed so often', positiveNumber, 3)
    .option('--transaction-records <count>', 'records per Kafka transaction', positiveNumber, 500)
    .option('--json', 'print one JSON object')
    .action(
      async (
        options: FilterOptions & {
          limit?: number;
          maxReplays: number;
          transactionRecords: number;
          dryRun?: boolean;
          json?: boolean;
        },
      ) => {
        process.exitCode = await replayDeadLetters({
          topics: options.topic,
          filter: options,
          limit: options.limit,
          maxReplays: options.maxReplays,
          transactionRecords: options.transactionRecords,
          dryRun: options.dryRun === true,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );
  return command;
}
