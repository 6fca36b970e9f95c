import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { appendValue, offset, wholeNumber } from '../option-values.ts';
import { skipBatch } from './skip-batch.ts';

/** `sluice skip`: moves groups past a batch that cannot be read. */
export const skipCommand = (): Command =>
  new Command('skip')
    .description(
      'skip an unreadable batch that blocks a partition: write it to the dead letters, with who decided it and why, and move the groups that wait there past it',
    )
    .requiredOption('--topic <name>', 'the topic, as in `/ready` and the log')
    .requiredOption('--partition <number>', 'the partition', wholeNumber)
    .requiredOption('--offset <number>', 'the offset where it is blocked', offset)
    .option('--group <name>', 'only this group; may be repeated (default: all that wait there)', appendValue)
    .option('--to <number>', 'the offset to continue at, if the batch does not tell where it ends', offset)
    .requiredOption('--by <who>', 'who decided it')
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'print one JSON object')
    .action(
      async (options: {
        topic: string;
        partition: number;
        offset: bigint;
        group?: readonly string[];
        to?: bigint;
        by: string;
        reason: string;
        json?: boolean;
      }) => {
        process.exitCode = await skipBatch({
          ...options,
          groups: options.group,
          to: options.to,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );
