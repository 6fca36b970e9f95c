import { Command, Option } from 'commander';
import { contracts, topicName } from '@sluice/schemas';
import { interruption } from '../interruption.ts';
import { collected, wholeNumber } from '../option-values.ts';
import { UserError } from '../user-error.ts';
import { audit, destinations } from './audit.ts';

/** `sluice audit`: whether everything that Kafka has is at a destination, once and as it was published. */
export function auditCommand(): Command {
  return new Command('audit')
    .description(
      'compare the records of each topic with a destination and the dead letters, event by event; also while events flow. ' +
        'Exit code 0: nothing is lost, duplicate, changed, unknown or late',
    )
    .option('--topic <name>', 'this topic; may be given more than once (default: all events)', collected)
    .addOption(
      new Option('--destination <name>', 'what to compare with')
        .choices(Object.keys(destinations))
        .default('elasticsearch'),
    )
    .option('--group <name>', "the sink's consumer group (default: the destination's name)")
    .option('--wait <seconds>', 'how long the sink may take to get to where the topics end now', wholeNumber, 60)
    .option('--json', 'print one JSON object that names every finding')
    .action(
      async (options: {
        topic?: readonly string[];
        destination: string;
        group?: string;
        wait: number;
        json?: boolean;
      }) => {
        const known = contracts.map(topicName);
        const stranger = options.topic?.find((topic) => !known.includes(topic));
        if (stranger !== undefined)
          throw new UserError(`There is no event with the topic ${stranger}; there are ${known.join(', ')}.`);
        process.exitCode = await audit({
          contracts: contracts.filter((contract) => options.topic?.includes(topicName(contract)) ?? true),
          destination: options.destination,
          group: options.group,
          waitSeconds: options.wait,
          json: options.json === true,
          environment: process.env,
          signal: interruption(),
        });
      },
    );
}
