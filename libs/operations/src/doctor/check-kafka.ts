import { deadLetterTopic, topicName, type EventContract } from '@sluice/contracts';
import { connectKafka, type KafkaClient, type KafkaConfig } from '@sluice/kafka';
import { createLogger } from '@sluice/telemetry';
import { failed, notTried, ok, tried, warning, type Checks } from './check.ts';

const patienceMs = 15_000;

/** Kafka: whether it answers, and what this user can see and read. Nothing is written. */
export async function* checkKafka(
  config: KafkaConfig,
  contracts: readonly EventContract[],
  signal: AbortSignal,
): Checks {
  let kafka: KafkaClient | undefined;
  const startedMs = performance.now();
  yield await tried('Kafka', 'connection', signal, async () => {
    const connected = await connection(config, signal);
    if (typeof connected === 'string')
      return failed(
        `${config.KAFKA_BROKERS.join(', ')}: ${connected}`,
        'check KAFKA_BROKERS, and that the brokers run',
      );
    kafka = connected;
    return ok(`${config.KAFKA_BROKERS.join(', ')} answers within ${Math.round(performance.now() - startedMs)} ms`);
  });
  if (kafka === undefined) return;
  const client = kafka;
  try {
    let topics = new Set<string>();
    yield await tried('Kafka', 'topics', signal, async () => {
      topics = new Set(await client.topics());
      const absent = contracts.map(topicName).filter((topic) => !topics.has(topic));
      if (absent.length === 0) return ok('the topics of all events exist');
      return warning(
        `there is no topic ${absent.join(', ')}`,
        'sources and processors create theirs at the start, where they may: an event without a source needs none',
      );
    });
    for (const contract of contracts.filter((one) => topics.has(topicName(one))))
      yield await tried('Kafka', `topic ${topicName(contract)}`, signal, () => readable(client, contract, topics));
    yield await tried('Kafka', 'groups', signal, async () => {
      const groups = new Set(await client.groups());
      const absent = ['elasticsearch', 'gcs', 'bigquery'].filter((group) => !groups.has(group));
      if (absent.length === 0) return ok('the groups of the sinks have committed offsets');
      return warning(
        `there is no consumer group ${absent.join(', ')}`,
        'a sink with this group has not run yet: start it, unless it has another group or is not used',
      );
    });
    yield { of: 'Kafka', what: 'writing', ...notTried('nothing is published for a check') };
  } finally {
    await client.disconnect();
  }
}

/** @returns why there is none */
async function connection(config: KafkaConfig, signal: AbortSignal): Promise<KafkaClient | string> {
  let reason = `no answer within ${patienceMs / 1000} s`;
  const limit = AbortSignal.timeout(patienceMs);
  try {
    return await connectKafka({
      ...{ config, clientId: 'sluice-doctor', signal: AbortSignal.any([signal, limit]) },
      logger: createLogger({ app: 'sluice', level: 'fatal', format: 'auto', to: 'stderr' }),
      health: {
        waiting(_, why) {
          reason = why;
          return () => {};
        },
      },
    });
  } catch (error) {
    if (limit.aborted && !signal.aborted) return reason;
    throw error;
  }
}

/** Reads the newest record, which needs the rights that a sink's reading needs. */
async function readable(kafka: KafkaClient, contract: EventContract, topics: ReadonlySet<string>) {
  const topic = topicName(contract);
  const ends = (await kafka.ends(topic)) ?? [];
  const records = ends.reduce((sum, { first, end }) => sum + Number(end - first), 0);
  const [last] = ends.filter(({ first, end }) => end > first);
  if (last !== undefined) await kafka.peek(topic, new Map([[last.partition, last.end - 1n]]));
  const letters = deadLetterTopic(topic);
  if (!contract.internal && records > 0 && !topics.has(letters))
    return warning(
      `it can be read, and there is no topic ${letters}`,
      'sinks create it at the start: where they may not, create it, or the first record that a destination refuses holds up its partition',
    );
  return ok(`it can be read: ${ends.length} partitions with about ${records.toLocaleString('en-US')} records`);
}
