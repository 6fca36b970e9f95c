import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { produceFromInput } from './produce.ts';

/** `sluice produce`: publishes events from lines of JSON. */
export const produceCommand = (): Command =>
  new Command('produce')
    .description(
      'publish events, one JSON object per line, each checked against the contract of the topic and given the id, key and time that it says',
    )
    .argument('<topic>', "an event's topic, such as tweets")
    .option('--file <path>', 'read this file (default: standard input)')
    .option('--keep-going', 'leave out lines that do not fit (default: stop at the first one)')
    .option('--dry-run', 'check all lines, and publish nothing')
    .option('--json', 'print one JSON object at the end')
    .action(
      async (topic: string, options: { file?: string; keepGoing?: boolean; dryRun?: boolean; json?: boolean }) => {
        process.exitCode = await produceFromInput({
          ...{ topic, file: options.file },
          keepGoing: options.keepGoing === true || options.dryRun === true,
          dryRun: options.dryRun === true,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );
