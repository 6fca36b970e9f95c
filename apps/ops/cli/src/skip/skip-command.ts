import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { collected, offset, wholeNumber } from '../option-values.ts';
import { skipBatch } from './skip-batch.ts';

/** `sluice skip`: the way past a batch that cannot be read. */
export const skipCommand = (): Command =>
  new Command('skip')
    .description(
      'pass over a batch that cannot be read, at which a partition is blocked: its bytes go to the dead letters with who decided it and why, and the groups that wait there go on behind it',
    )
    .requiredOption('--topic <name>', 'the topic, as `/ready` and the log name it')
    .requiredOption('--partition <number>', 'the partition', wholeNumber)
    .requiredOption('--offset <number>', 'the offset at which it is blocked', offset)
    .option('--group <name>', 'only this group; may be given more than once (default: all that wait there)', collected)
    .option('--to <number>', 'where to go on, if the batch itself does not say where it ends', offset)
    .requiredOption('--by <who>', 'who decides it')
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
