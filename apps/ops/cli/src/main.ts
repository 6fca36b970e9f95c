// sluice: the commands for people. `start` runs everything on this machine.
import { Command } from 'commander';
import { ConfigError } from '@sluice/config';
import { UnreadablePartition } from '@sluice/kafka';
import { describeError, FatalError } from '@sluice/telemetry';
import { auditCommand } from './audit/audit-command.ts';
import { endOnClosedPipe } from './terminal/broken-output.ts';
import { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
import { Interrupted } from './terminal/interruption.ts';
import { loadsCommand } from './loads/loads-command.ts';
import { schemasCommand } from './schemas/schemas-command.ts';
import { skipCommand } from './skip/skip-command.ts';
import { RefusedSettings } from './start/refusals.ts';
import { start } from './start/start.ts';
import { wrappedLines } from './terminal/text-layout.ts';
import { UserError } from './user-error.ts';

// For errors that nothing caught: Node would print a stack trace, which tells users less than one line.
const fail = (error: unknown): never => {
  process.stderr.write(`sluice failed because of a bug: ${describeError(error)}\n`);
  process.exit(1);
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.stdout.on('error', endOnClosedPipe);
// Nothing can be printed any more.
process.stderr.on('error', () => {});

const program = new Command('sluice').description(
  'Moves events into Kafka, and from Kafka to where people search and query them, each exactly once.',
);

program
  .command('start')
  .description('install what is missing, start the local servers, run all apps, and show their state, until Ctrl-C')
  .option('--check', "with fresh data: wait until a search returns this machine's events, compare all counts, and exit")
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
program.addCommand(schemasCommand());
program.addCommand(skipCommand());

try {
  await program.parseAsync();
} catch (error) {
  // Anything else is a defect.
  const expected = [UserError, ConfigError, FatalError, UnreadablePartition];
  if (!expected.some((kind) => error instanceof kind)) fail(error);
  const isSettings = error instanceof ConfigError || error instanceof RefusedSettings;
  const text = isSettings ? error.message : describeError(error);
  process.stderr.write(`${wrappedLines(text, process.stderr.isTTY ? process.stderr.columns : Infinity)}\n`);
  // The exit code that shells give to a program that Ctrl-C ended.
  process.exitCode = error instanceof Interrupted ? 130 : isSettings ? 2 : 1;
}
