import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@sluice/config';
import {
  connectKafka,
  kafkaSettings,
  readDeadLetterHeaders,
  schemaRegistrySettings,
  type KafkaClient,
} from '@sluice/kafka';
import { deadLetterTopic, tweet } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { eachEvent } from '../../read-back/topic-events.ts';

const replay: Scenario = {
  sentence:
    'A folder of 100,000 synthetic tweets, v1.1 and v2 mixed, some lines broken, is replayed with the source killed in the middle: every tweet is in the topic once, every broken line is a dead letter.',
  run,
};
export default replay;

const tweets = 100_000;
/** Lines that are not tweets, each for another reason. */
const broken = ['not JSON at all', '{"data":{"id":"1"}}', '[]', '{"id_str":"x","full_text":"no author"}', '{"data":'];
const patienceMs = 300_000;

async function run({ say, folder, seed, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka and the registry');
  const stack = await launchStack({ name: `scenario-${process.pid}`, only: ['kafka', 'registry'], quiet: true });
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const data = join(folder, 'data');
  const log = join(folder, 'tweets.log');
  let source: AppProcess | undefined;
  let kafka: KafkaClient | undefined;
  try {
    say(`writing ${tweets.toLocaleString('en-US')} synthetic tweets (seed ${seed})`);
    const writer = startAppProcess({
      folder: 'ops/x-simulator',
      environment: { SIMULATOR_WRITE: data, SIMULATOR_WRITE_TWEETS: String(tweets), SIMULATOR_SEED: String(seed) },
      logFile: join(folder, 'x-simulator.log'),
    });
    if ((await writer.exited) !== 0) throw new Error('the tweets could not be written');
    await appendFile(join(data, 'synthetic-02.jsonl'), `${broken.join('\n')}\n\n`);

    const start = (): AppProcess =>
      startAppProcess({
        folder: 'sources/tweets',
        environment: { ...stack.environment, TWEETS_REPLAY: data },
        logFile: log,
      });
    const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, stack.environment);
    const client = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    const published = async (): Promise<number> =>
      ((await client.ends(tweet.topic)) ?? []).reduce((sum, { first, end }) => sum + Number(end - first), 0);

    say('replaying');
    source = start();
    await eventually(async () => {
      signal.throwIfAborted();
      if ((await published()) < tweets / 3) throw new Error('the replay is not in the middle yet');
    }, patienceMs);
    say('killing the source');
    await source.kill();
    const before = await published();
    const startedMs = performance.now();
    source = start();
    const code = await source.exited;
    const seconds = (performance.now() - startedMs) / 1000;

    say('counting');
    const access = { kafka: client, codec: createCodec({ url: config.SCHEMA_REGISTRY_URL }), signal };
    const counts = new Map<string, number>();
    let [old, unlabelled] = [0, 0];
    await eachEvent(access, tweet, ({ id, original, synthetic }) => {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      if (!original.startsWith('{"data"')) old++;
      if (!synthetic) unlabelled++;
    });
    const deadLetters: string[] = [];
    await client.read(
      deadLetterTopic(tweet.topic),
      ({ value, headers }) => {
        if (readDeadLetterHeaders(headers)?.origin !== undefined) deadLetters.push(String(value));
      },
      signal,
    );
    const duplicates = [...counts.values()].filter((count) => count > 1).length;
    const rate = [...(await readFile(log, 'utf8')).matchAll(/"perSecond":(\d+)/g)].at(-1)?.[1];
    return {
      counted: [
        ['tweets in the files (synthetic)', tweets],
        ['tweets in the topic', counts.size],
        ['  of API v1.1', old],
        ['  of API v2', counts.size - old],
        ['in the topic when it was killed, of open transactions too', before],
        ['more than once', duplicates],
        ['broken lines', broken.length],
        ['dead letters', deadLetters.length],
        ['tweets a second, read to acknowledged', rate === undefined ? 'unknown' : Number(rate)],
        ['seconds of the second part, start included', seconds.toFixed(1)],
        ['seed', seed],
      ],
      shortfalls: [
        ...(code === 0 ? [] : [`the source ended with ${code}`]),
        ...(counts.size === tweets ? [] : [`${tweets} tweets, but ${counts.size} in the topic`]),
        ...(duplicates === 0 ? [] : [`${duplicates} tweets are in the topic more than once`]),
        ...(deadLetters.toSorted().join('\n') === broken.toSorted().join('\n')
          ? []
          : ['the dead letters are not the broken lines']),
        ...(unlabelled === 0 ? [] : [`${unlabelled} tweets are not labelled as synthetic`]),
      ],
    };
  } finally {
    await source?.kill();
    await kafka?.disconnect();
    await stack.stop();
  }
}
