// sluice: the commands for people. `start` runs everything on this machine.
import { Command } from 'commander';
import { describeError } from '@sluice/telemetry';
import { counts } from './counts.ts';
import { start } from './start.ts';
import { UserError } from './user-error.ts';

const program = new Command('sluice').description(
  'Events into Kafka, and from Kafka to where people search and query them, each exactly once.',
);

program
  .command('start')
  .description(
    'install what is missing, start the local servers, run sources and sinks, and show what flows, until Ctrl-C',
  )
  .option(
    '--check',
    "from nothing: wait until this machine's events come back from a search, compare all counts, and exit",
  )
  .option('--json', 'with --check: print the result as one JSON object')
  .action(async (options: { check?: boolean; json?: boolean }) => {
    process.exitCode = await start({
      check: options.check === true,
      json: options.json === true,
      environment: process.env,
    });
  });

program
  .command('counts')
  .description('compare the records of each topic with the documents in Elasticsearch and the dead letters, id by id')
  .option('--json', 'print an array of objects, one per topic')
  .action(async (options: { json?: boolean }) => {
    process.exitCode = await counts({ json: options.json === true, environment: process.env });
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
