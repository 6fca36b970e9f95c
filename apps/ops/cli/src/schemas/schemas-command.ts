import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { checkSchemas } from './check-schemas.ts';

interface Options {
  against: string;
  registry?: boolean;
  json?: boolean;
}

/** `sluice schemas`: what a change of the contracts means for readers, indices, tables and code. */
export function schemasCommand(): Command {
  const command = new Command('schemas').description('compare the contracts of this checkout with an earlier version');
  const subcommand = (name: string, description: string, shown: 'not harmless' | 'all') =>
    command
      .command(name)
      .description(description)
      .option('--against <revision>', 'a git revision, or a folder of .avsc files', 'HEAD')
      .option('--registry', 'compare with what is registered in SCHEMA_REGISTRY_URL instead')
      .option('--json', 'print one JSON object')
      .action(async ({ against, registry = false, json = false }: Options) => {
        process.exitCode = await checkSchemas({
          against: registry ? { kind: 'registry' } : { kind: 'version', name: against },
          ...{ shown, json, environment: process.env, signal: interruption() },
        });
      });
  subcommand('check', 'judge all changes, layer by layer; exit with 1 if one of them breaks something', 'not harmless');
  subcommand('diff', 'list all changes, harmless ones too; exit with 1 if one of them breaks something', 'all');
  return command;
}
