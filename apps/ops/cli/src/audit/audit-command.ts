import { Command, InvalidArgumentError, Option } from 'commander';
import { contracts } from '@sluice/contracts';
import { interruption } from '../terminal/interruption.ts';
import { appendValue, wholeNumber } from '../option-values.ts';
import { destinations } from '../destinations.ts';
import { contractsOfTopics } from '../clients/topic-contracts.ts';
import { audit } from './audit.ts';

function oneOfThem(text: string, before: readonly string[] = []): readonly string[] {
  if (Object.hasOwn(destinations, text)) return [...new Set([...before, text])];
  throw new InvalidArgumentError(`It is one of ${Object.keys(destinations).join(', ')}.`);
}

/** `sluice audit`: whether everything that Kafka has is at its destinations, once and as it was published. */
export function auditCommand(): Command {
  return new Command('audit')
    .description(
      'compare the records of each topic with the destinations and the dead letters, one by one; also while events flow. ' +
        'Exit code 0: nothing is lost, duplicate, changed, unknown, at fault or late',
    )
    .option(
      '--topic <name>',
      'this topic, with a contract or without one; may be given more than once (default: all with a contract)',
      appendValue,
    )
    .addOption(
      new Option(
        '--destination <name>',
        'what to compare with; may be given more than once (default: all whose sink has a consumer group)',
      )
        .choices(Object.keys(destinations))
        .argParser(oneOfThem),
    )
    .option('--group <name>', "the sink's consumer group, for one destination (default: the destination's name)")
    .option('--objects-group <name>', 'the consumer group of the sink gcs, where bigquery is compared', 'gcs')
    .option(
      '--wait <seconds>',
      'how long the sinks may take to get to where the topics end now (default: gcs and s3 900, bigquery 1200, others 60)',
      wholeNumber,
    )
    .option('--full', "compare the contents of all rows of bigquery, not of a sample's")
    .option('--json', 'print one JSON object that names every finding')
    .action(
      async (options: {
        topic?: readonly string[];
        destination?: readonly string[];
        group?: string;
        objectsGroup: string;
        wait?: number;
        full?: boolean;
        json?: boolean;
      }) => {
        const signal = interruption();
        process.exitCode = await audit({
          contracts:
            options.topic === undefined ? contracts : await contractsOfTopics(options.topic, process.env, signal),
          destinations: options.destination,
          group: options.group,
          objectsGroup: options.objectsGroup,
          waitSeconds: options.wait,
          full: options.full === true,
          json: options.json === true,
          isWhole: options.topic === undefined && options.destination === undefined,
          environment: process.env,
          signal,
        });
      },
    );
}
