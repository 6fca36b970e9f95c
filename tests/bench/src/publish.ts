import {
  connectKafka,
  kafkaSettings,
  schemaRegistrySettings,
  type EventProducer,
  type OutgoingRecord,
} from '@sluice/kafka';
import { loadConfig } from '@sluice/config';
import type { EventContract } from '@sluice/contracts';
import { createCodec, type Encoder } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { benchTweets, type BenchTweet } from './bench-tweet.ts';
import { randomTweets } from './random-tweet.ts';

/** Publishes tweets as a source would. */
export interface Publisher {
  /** @returns the bytes of their Avro bodies */
  publish(tweets: readonly BenchTweet[]): Promise<number>;
  close(): Promise<void>;
}

export async function tweetPublisher(
  environment: Readonly<Record<string, string>>,
  contract: EventContract<BenchTweet>,
): Promise<Publisher> {
  const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
  const config = loadConfig('bench', { ...kafkaSettings, ...schemaRegistrySettings }, environment);
  const { signal } = new AbortController();
  const kafka = await connectKafka({ config, clientId: 'bench', logger, signal });
  await kafka.ensureTopics([contract.topic], { signal });
  const encoder = await createCodec({ url: config.SCHEMA_REGISTRY_URL }).encoder(contract);
  const producer: EventProducer = await kafka.producer();
  return {
    async publish(tweets) {
      const records = tweets.map((tweet) => outgoing(tweet, encoder));
      await producer.send(contract.topic, records);
      return records.reduce((bytes, { value }) => bytes + (value?.length ?? 0), 0);
    },
    async close() {
      await producer.disconnect();
      await kafka.disconnect();
    },
  };
}

const outgoing = (tweet: BenchTweet, encoder: Encoder<BenchTweet>): OutgoingRecord => ({
  key: tweet.id,
  value: encoder.encode(tweet),
  timestampMs: tweet.created_at.getTime(),
  headers: { 'sluice-id': tweet.id },
});

/** Publishes `count` tweets of one day, spread over it. @returns the mean size of an Avro body */
export async function publishTweets(
  environment: Readonly<Record<string, string>>,
  count: number,
  seed: number,
): Promise<number> {
  const publisher = await tweetPublisher(environment, benchTweets);
  const tweet = randomTweets(seed);
  const dayMs = 86_400_000;
  const start = Math.floor(Date.now() / dayMs - 1) * dayMs;
  let bytes = 0;
  for (let from = 0; from < count; from += 2000) {
    const some = Array.from({ length: Math.min(2000, count - from) }, (_, index) =>
      tweet(from + index, new Date(start + Math.floor(((from + index) / count) * dayMs))),
    );
    bytes += await publisher.publish(some);
  }
  await publisher.close();
  return bytes / count;
}
