import { Command } from 'commander';
import { appendValue, positiveNumber } from '../option-values.ts';
import { interruption } from '../terminal/interruption.ts';
import { UserError } from '../user-error.ts';
import { alterTopicNow } from './alter.ts';
import { createTopicNow } from './create.ts';
import { showTopic } from './describe.ts';
import { showTopics } from './list.ts';
import { retentionMs, setting } from './setting-options.ts';

/** `sluice topics …`: lists, describes, creates and changes topics. */
export function topicsCommand(): Command {
  const command = new Command('topics').description('list, describe, create and change topics');
  command
    .command('list')
    .description('list the topics with what they hold and how long they keep it')
    .option('--all', "with Kafka's own topics")
    .option('--json', 'print one JSON object per line')
    .action(async ({ all, json }: { all?: boolean; json?: boolean }) => {
      await showTopics({ ...common(), all: all === true, json: json === true });
    });
  command
    .command('describe')
    .description(
      'show one topic: its partitions with their replicas and offsets, its groups, and the settings of its own',
    )
    .argument('<topic>', 'its name')
    .option('--all', 'with all settings, not only those of its own')
    .option('--json', 'print one JSON object')
    .action(async (topic: string, { all, json }: { all?: boolean; json?: boolean }) => {
      await showTopic({ ...common(), topic, all: all === true, json: json === true });
    });
  addChanges(command);
  return command;
}

function addChanges(command: Command): void {
  command
    .command('create')
    .description('create a topic. Apps create those that they need: this is for other settings, or where apps may not')
    .argument('<topic>', 'its name')
    .option('--partitions <count>', 'how many partitions (default: KAFKA_TOPIC_PARTITIONS)', positiveNumber)
    .option('--replicas <count>', 'how many replicas (default: KAFKA_TOPIC_REPLICATION)', positiveNumber)
    .option('--retention <age>', 'how long records are kept: 90s, 12h, 7d or forever', retentionMs)
    .option('--set <name=value>', 'a setting of Kafka, such as cleanup.policy=compact; may be repeated', setting)
    .option('--json', 'print one JSON object')
    .action(
      async (
        topic: string,
        options: {
          partitions?: number;
          replicas?: number;
          retention?: string;
          set?: Readonly<Record<string, string>>;
          json?: boolean;
        },
      ) => {
        await createTopicNow({
          ...{ ...common(), topic, partitions: options.partitions, replicas: options.replicas },
          settings: settingsOf(options),
          json: options.json === true,
        });
      },
    );
  command
    .command('alter')
    .description('change how long a topic keeps records, another setting, or the number of its partitions')
    .argument('<topic>', 'its name')
    .option('--retention <age>', 'how long records are kept: 90s, 12h, 7d or forever', retentionMs)
    .option('--set <name=value>', 'a setting of Kafka; may be repeated', setting)
    .option('--unset <name>', "return to the broker's value; may be repeated", appendValue)
    .option('--partitions <count>', 'the new total; Kafka only adds partitions', positiveNumber)
    .option('--dry-run', 'ask the brokers whether they would do it, and change nothing')
    .option('--json', 'print one JSON object')
    .action(
      async (
        topic: string,
        options: {
          retention?: string;
          set?: Readonly<Record<string, string>>;
          unset?: readonly string[];
          partitions?: number;
          dryRun?: boolean;
          json?: boolean;
        },
      ) => {
        const settings = settingsOf(options);
        const isNothing =
          Object.keys(settings).length === 0 && options.unset === undefined && options.partitions === undefined;
        if (isNothing) throw new UserError('Say what to change: --retention, --set, --unset or --partitions.');
        await alterTopicNow({
          ...{ ...common(), topic, settings, unset: options.unset ?? [], partitions: options.partitions },
          dryRun: options.dryRun === true,
          json: options.json === true,
        });
      },
    );
}

const common = () => ({ environment: process.env, signal: interruption() });

const settingsOf = ({ retention, set = {} }: { retention?: string; set?: Readonly<Record<string, string>> }) => ({
  ...set,
  ...(retention !== undefined && { 'retention.ms': retention }),
});
