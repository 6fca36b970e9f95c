import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { parseTime, positiveNumber } from '../option-values.ts';
import { listQuestions } from './list-questions.ts';
import { runAsk } from './run-ask.ts';

/** `sluice ask …`: ready questions about the data in BigQuery and Elasticsearch. */
export function askCommand(): Command {
  return new Command('ask')
    .description(
      'answer a ready question about the data in BigQuery or Elasticsearch; without a name, list the questions',
    )
    .argument('[question]', 'its name, as the list prints it')
    .option(
      '--since <time>',
      'about events from this time on: 2026-11-21T10:00:00Z, or an age such as 7d (default: 1d)',
      parseTime,
    )
    .option('--until <time>', 'about events before this time (default: now)', parseTime)
    .option('--limit <rows>', 'print the first <rows> only', positiveNumber)
    .option('--statement', 'print the SQL or the search, too')
    .option('--json', 'print one JSON object')
    .action(
      async (
        name: string | undefined,
        options: { since?: Date; until?: Date; limit?: number; statement?: boolean; json?: boolean },
      ) => {
        const json = options.json === true;
        if (name === undefined) return void listQuestions(json);
        process.exitCode = await runAsk({
          ...{ name, json, limit: options.limit, withStatement: options.statement === true },
          time: { from: options.since ?? parseTime('1d'), to: options.until ?? new Date() },
          ...{ environment: process.env, signal: interruption() },
        });
      },
    );
}
