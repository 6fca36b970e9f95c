import { Command } from 'commander';
import { explain } from './explain.ts';

/** `sluice explain …`: what an error or an alert means, and what to do. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('say what an error code or an alert means, and what to do; without a code, list the error codes')
    .argument('[code]', 'as a log line has it under `code`, a dead letter as its error class, or the page of an alert')
    .option('--json', 'print one JSON object')
    .action(async (code: string | undefined, { json }: { json?: boolean }) => {
      await explain(code, json === true);
    });
}
