import { Command, InvalidArgumentError } from 'commander';
import { interruption } from '../terminal/interruption.ts';
import { positiveNumber } from '../option-values.ts';
import { runWhere, type SinkGroups } from './run-where.ts';

const sinks = ['elasticsearch', 'gcs', 'bigquery'] as const;

function sinkGroup(text: string, before: SinkGroups = {}): SinkGroups {
  const [sink = '', group = ''] = text.split('=', 2);
  if (sinks.some((one) => one === sink) && group !== '') return { ...before, [sink]: group };
  throw new InvalidArgumentError(`Expected a sink and its group, such as gcs=archive; sinks are ${sinks.join(', ')}.`);
}

/** `sluice where …`: one event in all places, and when it came there. */
export function whereCommand(): Command {
  return new Command('where')
    .description(
      'find an event in Kafka, Elasticsearch, Cloud Storage, BigQuery and among the dead letters, and say when it came there. ' +
        'Exit code 0: it was found; 1: it was not',
    )
    .argument(
      '<event>',
      "an event's id, a place in Kafka such as tweets:3:481516 (also that of a dead letter), or words of its text",
    )
    .option('--event', 'print its contents, too')
    .option(
      '--scan <records>',
      'how many records of a topic to read at most, where neither Elasticsearch nor BigQuery know the id',
      positiveNumber,
      1_000_000,
    )
    .option('--group <sink=name>', "a sink's consumer group, where that is not the sink's name", sinkGroup)
    .option('--json', 'print one JSON object')
    .action(async (asked: string, options: { event?: boolean; scan: number; group?: SinkGroups; json?: boolean }) => {
      process.exitCode = await runWhere({
        asked,
        withEvent: options.event === true,
        scanRecords: options.scan,
        groups: options.group ?? {},
        json: options.json === true,
        environment: process.env,
        signal: interruption(),
      });
    });
}
