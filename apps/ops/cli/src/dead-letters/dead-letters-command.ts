import { Command, Option } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { collected, moment, offset, positiveNumber, wholeNumber } from '../option-values.ts';
import { listLetters, type LetterState } from './list.ts';
import type { LetterFilter } from './letter/letter-filter.ts';
import { replayLetters } from './replay/replay.ts';
import { showLetter } from './show.ts';

interface FilterOptions extends LetterFilter {
  topic?: readonly string[];
}

const filtered = (command: Command): Command =>
  command
    .option('--topic <name>', 'of this topic; may be given more than once (default: all events)', collected)
    .option('--by <app>', 'given up by this sink, source or processor')
    .option('--reason <text>', 'whose reason contains this text')
    .option('--error-class <class>', 'of this class of error, such as undecodable or refused')
    .option('--since <time>', 'given up at or after: 2026-11-21T10:00:00Z, or an age such as 2h', moment)
    .option('--until <time>', 'given up before', moment)
    .option('--partition <number>', "in this partition of the dead letters' topic", wholeNumber)
    .option('--offset <number>', "at this offset of the dead letters' topic", offset);

/** `sluice dead-letters …`: what destinations refused, and its way back. */
export function deadLettersCommand(): Command {
  const command = new Command('dead-letters').description(
    'list, show and replay the records that a destination refused, or that nobody can read',
  );
  filtered(command.command('list'))
    .description('list dead letters, the newest last, without the contents of records')
    .addOption(new Option('--state <state>', 'only those').choices(['open', 'replayed']))
    .option('--limit <count>', 'the newest so many (default: 50 in a table, all with --json)', positiveNumber)
    .option('--summary', 'count them by topic, by whom, class and reason')
    .option('--json', 'print one JSON object a line')
    .action(
      async (options: FilterOptions & { state?: LetterState; limit?: number; summary?: boolean; json?: boolean }) => {
        process.exitCode = await listLetters({
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
    .description('show one dead letter with its contents: the event as JSON, or its bytes where nobody can read them')
    .argument('<topic>', 'as `list` names it')
    .argument('<partition>', '', wholeNumber)
    .argument('<offset>', '', offset)
    .option('--json', 'print one JSON object')
    .action(async (topic: string, partition: number, at: bigint, { json }: { json?: boolean }) => {
      process.exitCode = await showLetter({
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
      'send records back to the topics they came from, each once: a run that was interrupted is taken up by calling it again',
    )
    .option('--dry-run', 'only say what would be replayed')
    .option('--limit <count>', 'the first so many', positiveNumber)
    .option('--max-replays <count>', 'leave a record that has come back so often already', positiveNumber, 3)
    .option('--transaction-records <count>', 'records in one Kafka transaction', positiveNumber, 500)
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
        process.exitCode = await replayLetters({
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
