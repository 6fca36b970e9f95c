// sluice: the commands for people. `start` runs everything on this machine.
import { Command } from 'commander';
import { ConfigError } from '@sluice/config';
import { UnreadablePartition } from '@sluice/kafka';
import { FilterSyntaxError, OperationRefused } from '@sluice/operations';
import { describeError, FatalError } from '@sluice/telemetry';
import { askCommand } from './ask/ask-command.ts';
import { auditCommand } from './audit/audit-command.ts';
import { endOnClosedPipe } from './terminal/broken-output.ts';
import { deadLettersCommand } from './dead-letters/dead-letters-command.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { explainCommand } from './explain/explain-command.ts';
import { addCompletion } from './completion/completion.ts';
import { groupsCommand } from './groups/groups-command.ts';
import { resetOffsetsCommand } from './groups/reset-offsets-command.ts';
import { indicesCommand } from './indices/indices-command.ts';
import { lagCommand } from './lag/lag-command.ts';
import { produceCommand } from './produce/produce-command.ts';
import { statusCommand } from './status/status-command.ts';
import { topCommand } from './status/top-command.ts';
import { tailCommand } from './tail/tail-command.ts';
import { tapCommand } from './tap/tap-command.ts';
import { topicsCommand } from './topics/topics-command.ts';
import { Interrupted } from './terminal/interruption.ts';
import { loadsCommand } from './loads/loads-command.ts';
import { schemasCommand } from './schemas/schemas-command.ts';
import { skipCommand } from './skip/skip-command.ts';
import { RefusedSettings } from './start/refusals.ts';
import { start } from './start/start.ts';
import { wrappedLines } from './terminal/text-layout.ts';
import { whereCommand } from './where/where-command.ts';
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

program.addCommand(askCommand());
program.addCommand(statusCommand());
program.addCommand(topCommand());
program.addCommand(lagCommand());
program.addCommand(groupsCommand());
program.addCommand(resetOffsetsCommand());
program.addCommand(topicsCommand());
program.addCommand(tailCommand());
program.addCommand(produceCommand());
program.addCommand(tapCommand());
program.addCommand(indicesCommand());
program.addCommand(auditCommand());
program.addCommand(deadLettersCommand());
program.addCommand(doctorCommand());
program.addCommand(explainCommand());
program.addCommand(loadsCommand());
program.addCommand(schemasCommand());
program.addCommand(skipCommand());
program.addCommand(whereCommand());
addCompletion(program);

try {
  await program.parseAsync();
} catch (error) {
  // Anything else is a defect.
  const expected = [UserError, ConfigError, FatalError, UnreadablePartition, OperationRefused, FilterSyntaxError];
  if (!expected.some((kind) => error instanceof kind)) fail(error);
  const isSettings = error instanceof ConfigError || error instanceof RefusedSettings;
  if (error instanceof FilterSyntaxError) process.stderr.write(`${error.caret}\n`);
  const text = isSettings ? error.message : describeError(error);
  process.stderr.write(`${wrappedLines(text, process.stderr.isTTY ? process.stderr.columns : Infinity)}\n`);
  // The exit code that shells give to a program that Ctrl-C ended.
  process.exitCode = error instanceof Interrupted ? 130 : isSettings ? 2 : 1;
}
// A command that has ended waits for no server that a connection of its own may still be trying. First it learns of a closed pipe.
setImmediate(() => process.exit());
