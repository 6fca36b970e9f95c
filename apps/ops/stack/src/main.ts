import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { down } from './commands/down.ts';
import { logs } from './commands/logs.ts';
import { reset } from './commands/reset.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import {
  clusterMembers,
  isServerName,
  optionalServers,
  type ServerName,
  serverNames,
  usualServers,
} from './servers/server.ts';
import { UserError } from './user-error.ts';

function stackName(word: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/i.test(word))
    throw new InvalidArgumentError('Expected characters, digits, dots, dashes and underscores.');
  return word;
}

function serverName(word: string): ServerName {
  if (!isServerName(word))
    throw new InvalidArgumentError(`Unknown server ${word}. The servers are ${serverNames.join(', ')}.`);
  return word;
}

function count(word: string): number {
  if (!/^\d+$/.test(word)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(word);
}

const nameOption = (): Option =>
  new Option('--name <name>', 'the name of the stack').default('default').argParser(stackName);
const jsonOption = (): Option => new Option('--json', 'print one JSON object').default(false);

/** Ends the process with the exit code that a command returns. */
const exitWith =
  <Arguments extends unknown[]>(command: (...given: Arguments) => Promise<number>) =>
  async (...given: Arguments): Promise<void> => {
    process.exitCode = await command(...given);
  };

const program = new Command('stack').description(
  'Runs the local servers: Kafka, schema registry, Elasticsearch, and stand-ins for Cloud Storage and BigQuery.',
);
program.exitOverride();

program
  .command('up')
  .description('install and start what is missing, wait until all servers are ready, and supervise them until Ctrl-C')
  .addOption(nameOption())
  .addOption(
    new Option('--only <servers>', 'only these servers, separated by commas')
      .default(usualServers, `all but ${[...optionalServers, ...Object.values(clusterMembers).flat()].join(', ')}`)
      .argParser((list) => list.split(',').map(serverName)),
  )
  .addOption(
    new Option('--brokers <count>', '3: a cluster of three brokers, with two schema registries')
      .choices(['1', '3'])
      .default('1', 'or as many as the stack has'),
  )
  .option('--detach', 'return when all servers are ready, and leave them running', false)
  .option('--tied', 'stop when standard input ends, for programs that start a stack and may be killed', false)
  .option('--temporary', 'delete the data when the stack stops', false)
  .addOption(jsonOption())
  .action(exitWith(up));
program
  .command('down')
  .description('stop a stack and keep its data')
  .addOption(nameOption())
  .option('--all', 'all stacks of this checkout', false)
  .action(exitWith(down));
program
  .command('status')
  .description('show the servers; exit code 0 only if all that should run answer')
  .addOption(nameOption())
  .addOption(jsonOption())
  .action(exitWith(status));
program
  .command('logs')
  .description("show the end of a server's log")
  .argument('<server>', serverNames.join(', '), serverName)
  .addOption(nameOption())
  .option('--follow', 'keep printing new lines, until Ctrl-C', false)
  .addOption(new Option('--lines <count>', 'how many lines').default(100).argParser(count))
  .action(exitWith(logs));
program
  .command('reset')
  .description('stop a stack and delete its data')
  .addOption(nameOption())
  .action(exitWith(reset));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode; // Commander has printed the reason.
  else {
    console.error(error instanceof UserError ? error.message : error);
    process.exitCode = 1;
  }
}
// Signal handlers and a tied standard input would keep the process alive.
process.exit();
