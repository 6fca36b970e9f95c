import { alterTopic, type TopicChange } from '@sluice/operations';
import { withOperations } from '../clients/with-operations.ts';
import { jsonLine, printLines } from '../terminal/output.ts';

/** Changes a topic. @throws OperationRefused when there is no such topic or setting, or the brokers refuse it */
export async function alterTopicNow(options: {
  topic: string;
  settings: Readonly<Record<string, string>>;
  unset: readonly string[];
  partitions: number | undefined;
  dryRun: boolean;
  json: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<void> {
  const { topic, dryRun, json, environment, signal } = options;
  const changes = await withOperations(environment, signal, (access) => alterTopic(access, options));
  if (json) {
    process.stdout.write(jsonLine({ topic, changes, changed: !dryRun && changes.length > 0 }));
    return;
  }
  if (changes.length === 0) return printLines([`${topic} is already like that. Nothing was changed.`]);
  printLines([`${topic}:`, ...changes.map((change) => `  ${changeText(change)}`)]);
  if (changes.some(({ what }) => what === 'partitions'))
    process.stderr.write(
      'With more partitions, new records of a key may be in another one than its earlier records.\n',
    );
  if (dryRun) printLines(['Dry run: the brokers would take this. Nothing was changed.']);
}

const changeText = ({ what, from = "the broker's value", to = "the broker's value" }: TopicChange): string =>
  `${what}  ${from} → ${to}`;
