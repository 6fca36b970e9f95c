import { Command } from 'commander';
import { appendValue, positiveNumber } from '../option-values.ts';
import { interruption } from '../terminal/interruption.ts';
import { top } from './top.ts';

/** `sluice top`: rates and lag of each app and partition, live. */
export const topCommand = (): Command =>
  new Command('top')
    .description(
      'show live what each app does with each partition: offsets in and out per second, lag, and the age of the oldest record. In a pipe it prints a table at each interval',
    )
    .option('--group <name>', 'this app, that is its consumer group; may be repeated (default: all)', appendValue)
    .option('--topic <name>', 'this topic; may be repeated (default: all)', appendValue)
    .option('--interval <seconds>', 'how often', positiveNumber, 2)
    .option('--count <number>', 'end after so many tables', positiveNumber)
    .option('--json', 'print one JSON object per line at each interval')
    .action(
      async (options: {
        group?: readonly string[];
        topic?: readonly string[];
        interval: number;
        count?: number;
        json?: boolean;
      }) => {
        process.exitCode = await top({
          ...{ groups: options.group, topics: options.topic },
          intervalMs: options.interval * 1_000,
          mostTables: options.count,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );
