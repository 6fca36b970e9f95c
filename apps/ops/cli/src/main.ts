// sluice: the commands for people. `start` runs everything on this machine.
import { Command } from 'commander';
import { ConfigError } from '@sluice/config';
import { UnreadablePartition } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import { auditCommand } from './audit/audit-command.ts';
import { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
import { Interrupted } from './interruption.ts';
import { loadsCommand } from './loads/loads-command.ts';
import { skipCommand } from './skip/skip-command.ts';
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

program.addCommand(auditCommand());
program.addCommand(deadLettersCommand());
program.addCommand(loadsCommand());
program.addCommand(skipCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError || error instanceof ConfigError || error instanceof UnreadablePartition))
    throw error;
  process.stderr.write(`${error instanceof ConfigError ? error.message : describeError(error)}\n`);
  // As a shell has it for a program that Ctrl-C ended.
  process.exitCode = error instanceof Interrupted ? 130 : error instanceof ConfigError ? 2 : 1;
}
