import { Command } from 'commander';
import { positiveNumber } from '../option-values.ts';
import { interruption } from '../terminal/interruption.ts';
import { tap } from './tap.ts';

/** `sluice tap`: what an app does with single records. */
export const tapCommand = (): Command =>
  new Command('tap')
    .description(
      'show what a running sink or processor does with single records: each as it was read, as it was sent, and the verdict. A sample; the others are counted. The app must run with TELEMETRY_TAP=true, as those of `sluice start` do',
    )
    .argument('<app>', "the app's name, such as elasticsearch")
    .option('--rate <count>', 'at most so many records a second', positiveNumber, 5)
    .option('--limit <count>', 'end after so many records', positiveNumber)
    .option('--verdict <verdict>', 'only records with this verdict: delivered, retry or rejected')
    .option('--json', 'print each record as one JSON object')
    .action(async (app: string, options: { rate: number; limit?: number; verdict?: string; json?: boolean }) => {
      process.exitCode = await tap({
        ...{ app, perSecond: options.rate, limit: options.limit, verdict: options.verdict },
        json: options.json === true,
        environment: process.env,
        signal: interruption(),
      });
    });
