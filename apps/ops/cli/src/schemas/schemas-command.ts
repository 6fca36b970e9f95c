import { Command, Option } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { applySchemas } from './apply-schemas.ts';
import { checkSchemas } from './check-schemas.ts';
import { exportForms, exportSchemas, type ExportForm } from './export-schemas.ts';

interface Options {
  against: string;
  registry?: boolean;
  json?: boolean;
}

/** `sluice schemas`: what a change of the contracts means for readers, indices, tables and code. */
export function schemasCommand(): Command {
  const command = new Command('schemas').description(
    'compare the contracts of this checkout with an earlier version, and register them',
  );
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
  command
    .command('apply')
    .description(
      'register the contracts that the registry lacks, or has another version of; exit with 1 if one is refused',
    )
    .option('--dry-run', 'say what would be registered')
    .option('--json', 'print one JSON object')
    .action(async ({ dryRun = false, json = false }: { dryRun?: boolean; json?: boolean }) => {
      process.exitCode = await applySchemas({ dryRun, json, environment: process.env, signal: interruption() });
    });
  command
    .command('export')
    .description('print contracts in another form, as JSON, which is YAML too')
    .argument('[topic]', 'its contract only; all by their topics unless given')
    .addOption(
      new Option('--as <form>', 'json-schema of the documents, or odcs: the Open Data Contract Standard')
        .choices(exportForms)
        .default('json-schema'),
    )
    .option('--contract-version <version>', 'what odcs says as the version', '1.0.0')
    .action((topic: string | undefined, options: { as: ExportForm; contractVersion: string }) =>
      exportSchemas(topic, { as: options.as, version: options.contractVersion }),
    );
  return command;
}
