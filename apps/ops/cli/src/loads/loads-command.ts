import { Command, Option } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { parseTime, positiveNumber } from '../option-values.ts';
import { listLoads } from './list-loads.ts';
import { loadStates, type LoadState } from '@sluice/operations';
import { retryLoad } from './retry-load.ts';
import { showLoad } from './show-load.ts';

/** `sluice loads …`: the load jobs of the sink bigquery. */
export function loadsCommand(): Command {
  const command = new Command('loads').description('list, show and retry the jobs that load objects into BigQuery');
  command
    .command('list')
    .description('list load jobs, the newest last, without the contents of records')
    .option('--of <name>', 'load jobs of this topic or into this table')
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(loadStates))
    .addOption(
      new Option('--since <time>', 'created at or after this time: 2026-11-21T10:00:00Z, or an age such as 2h')
        .argParser(parseTime)
        .default(parseTime('1d'), '1d'),
    )
    .option('--limit <count>', 'only the newest <count>', positiveNumber, 50)
    .option('--json', 'print one JSON object per line')
    .action(async (options: { of?: string; state?: LoadState; since: Date; limit: number; json?: boolean }) => {
      process.exitCode = await listLoads({
        filter: options,
        limit: options.limit,
        json: options.json === true,
        environment: process.env,
        signal: interruption(),
      });
    });
  command
    .command('show')
    .description('show one load job with its objects and its errors, which may quote records')
    .argument('<job>', 'its id, as `list` prints it')
    .option('--json', 'print one JSON object')
    .action(async (id: string, { json }: { json?: boolean }) => {
      process.exitCode = await showLoad({
        id,
        json: json === true,
        environment: process.env,
        signal: interruption(),
      });
    });
  command
    .command('retry')
    .description('load the objects of a failed job again, as its next attempt, under the id that the sink would use')
    .argument('<job>', 'its id, as `list` prints it')
    .option('--group <name>', "the sink's consumer group (default: the job's)")
    .option('--json', 'print one JSON object')
    .action(async (id: string, { group, json }: { group?: string; json?: boolean }) => {
      process.exitCode = await retryLoad({
        id,
        group,
        json: json === true,
        environment: process.env,
        signal: interruption(),
      });
    });
  return command;
}
