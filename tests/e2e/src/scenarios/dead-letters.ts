import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import { connectKafka, kafkaSettings, outgoingEvent, schemaRegistrySettings, type KafkaClient } from '@sluice/kafka';
import { deadLetterTopic, eventId, indexName, videoEvent, type VideoEvent } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { audit } from '../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';
import { eachEvent } from '../read-back/topic-events.ts';

const deadLetters: Scenario = {
  sentence:
    'One poison record among 5,000 results in 4,999 documents, one dead letter, and an offset past it. After the mapping is fixed, dead-letters replay completes the 5,000. The same holds for 500 poison records, while the replay is killed repeatedly.',
  run,
};
export default deadLetters;

const { topic } = videoEvent;
const group = 'elasticsearch';
const eventsEach = 5_000;
/** Of the second round: enough that a replay can be killed in the middle. */
const manyPoison = 500;
const kills = 4;
const patienceMs = 120_000;
/** As `ignore_above`: no text is left out, so that Lucene refuses those that are too long. */
const unlimited = 2_147_483_647;
const sluice = resolve(import.meta.dirname, '../../../../apps/ops/cli/src/main.ts');

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka, the registry and Elasticsearch');
  const only = ['kafka', 'registry', 'elasticsearch'] as const;
  const stack = await launchStack({ name: `scenario-${process.pid}`, only, quiet: true });
  const { environment } = stack;
  const config = loadConfig('scenario', { ...kafkaSettings, ...schemaRegistrySettings }, environment);
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  const elasticsearch = elasticsearchAt(environment['ELASTICSEARCH_URL'] ?? '', signal);
  const shortfalls: string[] = [];
  const counted: [string, number | string][] = [];
  const check = (what: string, found: number | undefined, expected: number): void => {
    counted.push([what, found ?? 'killed']);
    if (found !== expected) shortfalls.push(`${what}: ${found}, not ${expected}`);
  };
  let sink: AppProcess | undefined;
  let kafka: KafkaClient | undefined;
  try {
    const client = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    const codec = createCodec({ url: config.SCHEMA_REGISTRY_URL });
    await client.ensureTopics([topic], { signal });
    const encoder = await codec.encoder(videoEvent);
    const producer = await client.producer();
    /** All in one hour, so that they have one index. */
    const now = new Date();
    const index = indexName(videoEvent)(now.getTime());
    const publish = async (round: number, isPoison: (place: number) => boolean): Promise<void> => {
      const events = Array.from({ length: eventsEach }, (_, place) =>
        syntheticEvent(`${round}-${place}`, now, isPoison(place)),
      );
      for (let at = 0; at < events.length; at += 500) {
        const part = events.slice(at, at + 500);
        await producer.send(
          topic,
          part.map((value) => outgoingEvent({ value }, videoEvent, encoder, Date.now())),
        );
      }
    };
    const recordsIn = async (name: string): Promise<number> => {
      let records = 0;
      await client.read(name, () => void records++, signal);
      return records;
    };
    /** Waits until the group has committed everything that the topic holds now. */
    const untilCommitted = (): Promise<void> =>
      eventually(async () => {
        signal.throwIfAborted();
        const ends = (await client.ends(topic)) ?? [];
        const committed = await client.committedOffsets(group, topic);
        const behind = ends.filter(({ partition, end, first }) => (committed.get(partition) ?? first) < end);
        if (behind.length > 0) throw new Error(`the sink has not reached the end of ${behind.length} partitions`);
      }, patienceMs);
    const replay = (killAfterMs?: number) =>
      runReplay({ environment, logFile: join(folder, 'replay.log'), killAfterMs, signal });

    sink = startAppProcess({
      folder: 'sinks/elasticsearch',
      environment: { ...environment, SINK_TOPICS: topic, ELASTICSEARCH_REPLICAS: '0' },
      logFile: join(folder, 'elasticsearch.log'),
    });
    // When it opens, the sink brings the mappings of existing indices up to date; this one comes later.
    const telemetryUrl = await sink.telemetryUrl;
    await eventually(async () => {
      signal.throwIfAborted();
      if (!(await fetch(`${telemetryUrl}/ready`)).ok) throw new Error('the sink is not ready');
    }, patienceMs);
    say(`creating ${index} by hand, with a mapping that refuses long texts, and values that are moved aside`);
    const mappingWith = (longestKeyword: number) => ({
      properties: { interest: { type: 'keyword', ignore_above: longestKeyword }, _sluice: { type: 'long' } },
    });
    await elasticsearch('PUT', index, {
      settings: { number_of_replicas: 0 },
      aliases: { [topic]: {} },
      mappings: { dynamic: false, ...mappingWith(unlimited) },
    });

    say(`${eventsEach} events, one of them poison`);
    await publish(1, (place) => place === 2_345);
    await untilCommitted();
    check('documents with one poison record', await elasticsearch.count(index), eventsEach - 1);
    check('dead letters', await recordsIn(deadLetterTopic(topic)), 1);

    say('fixing the mapping, and replaying');
    const fixMapping = () => elasticsearch('PUT', `${index}/_mapping`, mappingWith(8191));
    await fixMapping();
    check('exit code of the replay', await replay(), 0);
    await untilCommitted();
    check('documents after the replay', await elasticsearch.count(index), eventsEach);
    check('records in the topic', await recordsIn(topic), eventsEach + 1);
    check('exit code of a second replay', await replay(), 0);
    check('records in the topic after it', await recordsIn(topic), eventsEach + 1);

    say(`${eventsEach} more, ${manyPoison} of them poison, under the mapping that refuses them`);
    await elasticsearch('PUT', `${index}/_mapping`, mappingWith(unlimited));
    await publish(2, (place) => place % (eventsEach / manyPoison) === 0);
    await untilCommitted();
    check('documents with many poison records', await elasticsearch.count(index), 2 * eventsEach - manyPoison);
    check('dead letters now', await recordsIn(deadLetterTopic(topic)), 1 + manyPoison);

    await fixMapping();
    let killed = 0;
    const isOpen = async () => (await recordsIn(topic)) < 2 * eventsEach + 1 + manyPoison;
    // A kill lands in the middle when the time fits this machine: it grows until the replay has begun to publish.
    for (let afterMs = 1_500; killed < kills && (await isOpen()); afterMs += 250) {
      const before = await recordsIn(topic);
      const code = await replay(afterMs);
      const replayed = (await recordsIn(topic)) - before;
      if (code === 0) break;
      if (replayed > 0) killed++;
      say(`killed after ${afterMs} ms: ${replayed} records were replayed`);
    }
    counted.push(['kills in the middle of the replay', killed]);
    if (killed === 0) shortfalls.push('no kill met the replay in the middle');
    check('exit code of the replay that is resumed', await replay(), 0);
    await untilCommitted();
    check('documents at the end', await elasticsearch.count(index), 2 * eventsEach);
    check('records in the topic at the end', await recordsIn(topic), 2 * eventsEach + 1 + manyPoison);

    say('auditing');
    const copies = new Map<string, number>();
    await eachEvent({ kafka: client, codec, signal }, videoEvent, (event) => {
      const id = eventId(videoEvent, event) ?? '';
      copies.set(id, (copies.get(id) ?? 0) + 1);
    });
    check('events', copies.size, 2 * eventsEach);
    check('events that were replayed more than once', [...copies.values()].filter((count) => count > 2).length, 0);
    const { lost, duplicates, changed, unknown } = await audit(environment, topic);
    check('audit: lost, duplicate, changed or unknown', lost + duplicates + changed + unknown, 0);
    await producer.disconnect();
    return { counted, shortfalls };
  } finally {
    await sink?.stop();
    await kafka?.disconnect();
    await stack.stop();
  }
}

/** Longer than the 32,766 bytes that Lucene takes as one term, unless the mapping says to leave long ones out. */
const longText = 'long '.repeat(8_000);

const syntheticEvent = (id: string, timestamp: Date, isPoison: boolean): VideoEvent => ({
  event_id: id,
  board_id: `board-${id}`,
  playtime: 3,
  timestamp,
  user_id: `user-${id}`,
  interest: isPoison ? longText : 'music',
});

/**
 * Runs `sluice dead-letters replay`, in small transactions.
 *
 * @param killAfterMs kills it as a crash would, where it still runs then
 * @returns the exit code, undefined when it was killed
 */
async function runReplay(options: {
  environment: Readonly<Record<string, string>>;
  logFile: string;
  killAfterMs: number | undefined;
  signal: AbortSignal;
}): Promise<number | undefined> {
  const { environment, logFile, killAfterMs, signal } = options;
  const args = ['dead-letters', 'replay', '--topic', topic, '--transaction-records', '10'];
  const child = spawn(process.execPath, [sluice, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? undefined);
  if (killAfterMs !== undefined) {
    const isDue = new AbortController();
    void exited.finally(() => isDue.abort());
    await delay(killAfterMs, undefined, { signal: isDue.signal }).catch(() => {});
    child.kill('SIGKILL');
  }
  return exited.finally(() => log.end());
}

interface Elasticsearch {
  (method: string, path: string, body: object): Promise<void>;
  /** The documents of an index that a search can find now. */
  count(index: string): Promise<number>;
}

function elasticsearchAt(url: string, signal: AbortSignal): Elasticsearch {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const change = async (method: string, path: string, body: object): Promise<void> => {
    await ask(method, path, body);
  };
  return Object.assign(change, {
    async count(index: string): Promise<number> {
      await ask('POST', `${index}/_refresh`);
      const { count } = (await ask('GET', `${index}/_count`)) as { count: number };
      return count;
    },
  });
}
