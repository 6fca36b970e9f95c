import { Command } from 'commander';
import { appendValue } from '../option-values.ts';
import { interruption } from '../terminal/interruption.ts';
import { showLag } from './show-lag.ts';

/** `sluice lag`: what each consumer group has not delivered yet. */
export const lagCommand = (): Command =>
  new Command('lag')
    .description(
      'show how far each consumer group is behind: records, and the age of the oldest one. Transaction markers do not count',
    )
    .option('--group <name>', 'this group; may be repeated (default: all)', appendValue)
    .option('--topic <name>', 'this topic; may be repeated (default: all)', appendValue)
    .option('--partitions', 'a line for each partition')
    .option('--json', 'print one JSON object per group')
    .action(
      async (options: {
        group?: readonly string[];
        topic?: readonly string[];
        partitions?: boolean;
        json?: boolean;
      }) => {
        await showLag({
          groups: options.group,
          topics: options.topic,
          partitions: options.partitions === true,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );
