// sluice: the commands for people. `start` runs everything on this machine.
import { Command } from 'commander';
import { ConfigError } from '@sluice/config';
import { UnreadablePartition } from '@sluice/kafka';
import { CannotGoOn, describeError } from '@sluice/telemetry';
import { auditCommand } from './audit/audit-command.ts';
import { endOnClosedPipe } from './terminal/broken-output.ts';
import { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
import { Interrupted } from './terminal/interruption.ts';
import { loadsCommand } from './loads/loads-command.ts';
import { skipCommand } from './skip/skip-command.ts';
import { RefusedSettings } from './start/refusals.ts';
import { start } from './start/start.ts';
import { wrappedLines } from './start/screen/text-layout.ts';
import { UserError } from './user-error.ts';

// What no caller has caught: without this, Node writes a stack. A defect is no user's mistake, but its line says more to them.
const fail = (error: unknown): never => {
  process.stderr.write(`sluice failed, which is a defect of its own: ${describeError(error)}\n`);
  process.exit(1);
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.stdout.on('error', endOnClosedPipe);
// There is nobody left to tell.
process.stderr.on('error', () => {});

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
  const forUser = [UserError, ConfigError, CannotGoOn, UnreadablePartition];
  if (!forUser.some((type) => error instanceof type)) fail(error);
  const isSettings = error instanceof ConfigError || error instanceof RefusedSettings;
  const said = isSettings ? error.message : describeError(error);
  process.stderr.write(`${wrappedLines(said, process.stderr.isTTY ? process.stderr.columns : Infinity)}\n`);
  // As a shell has it for a program that Ctrl-C ended.
  process.exitCode = error instanceof Interrupted ? 130 : isSettings ? 2 : 1;
}
