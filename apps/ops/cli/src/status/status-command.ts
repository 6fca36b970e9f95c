import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { status } from './status.ts';

/** `sluice status`: whether all is well, at a glance. */
export const statusCommand = (): Command =>
  new Command('status')
    .description(
      'show whether all is well: the servers, the apps, how far each consumer group is behind, how old the newest events are, and dead letters. Exit code 1 when something is wrong',
    )
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      process.exitCode = await status({ json: json === true, environment: process.env, signal: interruption() });
    });
