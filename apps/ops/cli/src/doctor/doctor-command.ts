import { Command } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { runDoctor } from './run-doctor.ts';

/** `sluice doctor`: tries every server as the apps would reach it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'try this machine, Kafka, the schema registry and the destinations with the present settings, and say how to resolve what is wrong. ' +
        'It changes nothing. Exit code 0: nothing failed; 1: something did; 2: a setting is wrong',
    )
    .option('--json', 'print one JSON object per line, one for each check')
    .action(async ({ json }: { json?: boolean }) => {
      process.exitCode = await runDoctor({ json: json === true, environment: process.env, signal: interruption() });
    });
}
