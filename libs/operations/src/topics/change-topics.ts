import { TopicRefused } from '@sluice/kafka';
import type { OperationsAccess } from '../access.ts';
import { nearest } from '../nearest.ts';
import { OperationRefused } from '../operation-refused.ts';
import { describeTopic } from './describe-topics.ts';

/** @throws OperationRefused with the broker's sentence */
export async function createTopic(
  { kafka }: OperationsAccess,
  options: { topic: string; partitions: number; replicas: number; settings: Readonly<Record<string, string>> },
): Promise<void> {
  await refusedByKafka(kafka.admin.createTopic(options.topic, options));
}

/** One change of a topic. */
export interface TopicChange {
  what: string;
  /** Undefined where the broker's value applied. */
  from: string | undefined;
  /** Undefined returns to the broker's value. */
  to: string | undefined;
}

export interface AlterTopicOptions {
  topic: string;
  /** The new total. */
  partitions?: number | undefined;
  /** Settings of Kafka, such as `retention.ms`. */
  settings?: Readonly<Record<string, string>>;
  /** Settings that return to the broker's value. */
  unset?: readonly string[];
  /** Only asks the brokers whether they would do it. */
  dryRun: boolean;
}

/**
 * Changes settings and the number of partitions of a topic.
 *
 * @returns what changes; what already is as wanted is left out
 * @throws OperationRefused when the topic or a setting does not exist, or the brokers refuse a change; nothing is changed then
 */
export async function alterTopic(access: OperationsAccess, options: AlterTopicOptions): Promise<TopicChange[]> {
  const { topic, partitions, settings = {}, unset = [], dryRun } = options;
  const { kafka } = access;
  const details = await describeTopic(access, topic);
  const known = details.settings.map(({ name }) => name);
  const wanted = new Map<string, string | undefined>(Object.entries(settings));
  for (const name of unset) wanted.set(name, undefined);
  const absent = [...wanted.keys()].find((name) => !known.includes(name));
  if (absent !== undefined) {
    const similar = nearest(absent, known);
    throw new OperationRefused(
      `A topic has no setting ${absent}: ${similar === undefined ? `it has ${known.join(', ')}` : `did you mean ${similar}?`}`,
    );
  }
  const changes = [...wanted].flatMap(([name, to]): TopicChange[] => {
    const now = details.settings.find((setting) => setting.name === name);
    const isSame = to === undefined ? now?.isOwn !== true : now?.isOwn === true && now.value === to;
    return isSame ? [] : [{ what: name, from: now?.value, to }];
  });
  if (partitions !== undefined && partitions < details.partitions)
    throw new OperationRefused(
      `${topic} has ${details.partitions} partitions. Kafka cannot take partitions away: create another topic, and copy the records`,
    );
  const grows = partitions !== undefined && partitions > details.partitions;
  // Both are asked first, so that nothing is changed where one of them is refused.
  const settingChanges = Object.fromEntries(changes.map(({ what, to }) => [what, to]));
  for (const validateOnly of dryRun ? [true] : [true, false]) {
    if (changes.length > 0) await refusedByKafka(kafka.admin.changeSettings(topic, settingChanges, { validateOnly }));
    if (grows) await refusedByKafka(kafka.admin.addPartitions(topic, partitions, { validateOnly }));
  }
  if (grows) changes.push({ what: 'partitions', from: String(details.partitions), to: String(partitions) });
  return changes;
}

async function refusedByKafka(act: Promise<void>): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (error instanceof TopicRefused) throw new OperationRefused(error.message, { cause: error });
    throw error;
  }
}
