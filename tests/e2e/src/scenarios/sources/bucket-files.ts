import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { localS3, putObject } from '@sluice/connector-aws/testing';
import { loadConfig } from '@sluice/config';
import { deadLetterTopic, videoEvent } from '@sluice/contracts';
import { connectKafka, kafkaSettings, readDeadLetterHeaders, type KafkaClient } from '@sluice/kafka';
import { seededRandom, type Random } from '@sluice/random';
import { createLogger } from '@sluice/telemetry';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditDestinations, auditShortfalls } from '../../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const bucketFiles: Scenario = {
  sentence:
    'CSV files, some packed, some with bad lines, come into a bucket while bucket-files is killed again and again: each line is one event or one dead letter, and the sink s3 has each event once.',
  run,
};
export default bucketFiles;

const [incoming, outgoing] = ['incoming', 'sluice'];
const usualRounds = 12;
const filesPerRound = 6;
const patienceMs = 240_000;
const header = 'board_id,playtime,timestamp,user_id,interest';

/** What was put into the bucket. */
interface UploadedLines {
  good: Set<string>;
  /** File and line of each bad one. */
  bad: Set<string>;
  files: number;
}

async function run({ say, folder, signal, seed, rounds = usualRounds }: ScenarioContext): Promise<ScenarioResult> {
  say(`seed ${seed}, ${rounds} rounds; starting Kafka, the registry and versitygw`);
  const random = seededRandom(seed);
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 's3'],
    quiet: true,
    settings: { S3_ENDPOINT: '' },
  });
  Object.assign(process.env, stack.environment);
  const running = new Set<AppProcess>();
  const start = (name: string, app: string, environment: Readonly<Record<string, string>>): AppProcess => {
    const one = startAppProcess({
      folder: app,
      environment: { ...stack.environment, ...environment },
      logFile: join(folder, `${name}.log`),
    });
    running.add(one);
    void one.exited.then(() => running.delete(one));
    return one;
  };
  const startSource = () =>
    start('bucket-files', 'sources/bucket-files', {
      BUCKET_FILES_FROM: `s3://${incoming}/players/`,
      BUCKET_FILES_TOPIC: videoEvent.topic,
      BUCKET_FILES_REFRESH_MS: '200',
      // Many requests, so that a kill meets one under way.
      SOURCE_BATCH_RECORDS: '40',
      LINGER_MS: '5',
    });
  const client = localS3();
  const config = loadConfig('scenario', kafkaSettings, { KAFKA_BROKERS: stack.environment['KAFKA_BROKERS'] ?? '' });
  const logger = createLogger({ app: 'scenario', level: 'warn', format: 'json', to: 'stderr' });
  let kafka: KafkaClient | undefined;
  try {
    const put = await putObject(client, incoming);
    const written: UploadedLines = { good: new Set(), bad: new Set(), files: 0 };
    start('s3', 'sinks/s3', {
      SINK_TOPICS: videoEvent.topic,
      S3_BUCKET: outgoing,
      S3_OBJECT_WAIT_MS: '1000',
      S3_SMALL_OBJECT_WAIT_MS: '1000',
    });
    let source = startSource();
    let kills = 0;
    for (let round = 1; round <= rounds; round++) {
      signal.throwIfAborted();
      say(`round ${round} of ${rounds}: ${filesPerRound} files, and kill -9`);
      for (let n = 0; n < filesPerRound; n++) await writeFile(put, random, written);
      await delay(random.whole(300, 3_000), undefined, { signal });
      await source.kill();
      kills++;
      source = startSource();
    }
    const lines = written.good.size + written.bad.size;
    say(`${lines} lines are written; waiting for the last of them`);
    const client2 = (kafka = await connectKafka({ config, clientId: 'scenario', logger, signal }));
    const events = new Map<string, number>();
    const deadLetters = new Map<string, number>();
    await eventually(async () => {
      signal.throwIfAborted();
      events.clear();
      deadLetters.clear();
      await readAll(client2, videoEvent.topic, signal, ({ value }) => countIn(events, boardOf(value)));
      await readAll(client2, deadLetterTopic(videoEvent.topic), signal, ({ headers }) =>
        countIn(deadLetters, readDeadLetterHeaders(headers)?.origin ?? ''),
      );
      if (sum(events) + sum(deadLetters) < lines)
        throw new Error(`${sum(events) + sum(deadLetters)} of ${lines} lines are in Kafka`);
    }, patienceMs).catch(() => {});
    // What would come twice is there by now.
    await delay(2_000, undefined, { signal });
    say('auditing the sink s3');
    const [audit] = await auditDestinations(stack.environment, videoEvent.topic, ['s3'], patienceMs / 1000);
    const lost = [...written.good].filter((board) => !events.has(board)).length;
    const lostLetters = [...written.bad].filter((origin) => !deadLetters.has(origin)).length;
    const twice = sum(events) - events.size + sum(deadLetters) - deadLetters.size;
    const foreign =
      [...events.keys()].filter((board) => !written.good.has(board)).length +
      [...deadLetters.keys()].filter((origin) => !written.bad.has(origin)).length;
    const none = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);
    return {
      counted: [
        ['seed', String(seed)],
        ['files', written.files],
        ['kill -9 of the source', kills],
        ['good lines', written.good.size],
        ['bad lines', written.bad.size],
        ['events in the topic', sum(events)],
        ['dead letters', sum(deadLetters)],
        ['lost', lost + lostLetters],
        ['twice', twice],
        ['events in objects of the sink s3', audit?.totals.delivered ?? 0],
      ],
      shortfalls: [
        ...none(lost, 'good lines are lost'),
        ...none(lostLetters, 'bad lines did not become dead letters'),
        ...none(twice, 'lines are in Kafka more than once'),
        ...none(foreign, 'events or dead letters belong to no line'),
        ...(audit === undefined ? ['the audit has no result'] : auditShortfalls(audit)),
      ],
    };
  } finally {
    await Promise.all([...running].map((app) => app.stop()));
    await kafka?.disconnect();
    client.destroy();
    await stack.stop();
  }
}

/** Writes a file of some hundred lines, of which some are bad. */
async function writeFile(
  put: (name: string, contents: string | Buffer) => Promise<void>,
  random: Random,
  written: UploadedLines,
): Promise<void> {
  const isPacked = random.whole(0, 1) === 0;
  const name = `players/${String(written.files++).padStart(5, '0')}.csv${isPacked ? '.gz' : ''}`;
  const rows = [header];
  let line = 2;
  for (let n = random.whole(0, 400); n > 0; n--) {
    const board = `${name}#${line}`;
    const kind = random.whole(0, 30);
    if (kind === 0) {
      rows.push(`${board},not a number,2026-11-27T10:00:00Z,u,i`);
      written.bad.add(`s3://${incoming}/${name}, line ${line}`);
    } else if (kind === 1) {
      rows.push(`${board},1`);
      written.bad.add(`s3://${incoming}/${name}, line ${line}`);
    } else {
      // Some fields go over two lines of the file.
      const isBroken = kind === 2;
      rows.push(`${board},${random.whole(0, 15)},2026-11-27T10:00:00Z,"u, ""${n}""",${isBroken ? '"i\nj"' : 'i'}`);
      written.good.add(board);
      if (isBroken) line++;
    }
    line++;
  }
  const text = `${rows.join('\n')}\n`;
  await put(name, isPacked ? gzipSync(text) : text);
}

type Records = Parameters<Parameters<KafkaClient['readRanges']>[2]>[0];

async function readAll(
  kafka: KafkaClient,
  topic: string,
  signal: AbortSignal,
  each: (record: Records[number]) => void,
): Promise<void> {
  const ends = (await kafka.ends(topic)) ?? [];
  const ranges = ends.map(({ partition, first, end }) => ({ partition, from: first, to: end }));
  await kafka.readRanges(topic, ranges, async (records) => records.forEach(each), signal);
}

/** The board of an event: it is a text in the record's bytes. */
const boardOf = (value: Buffer | null): string => /players\/\d+\.csv(?:\.gz)?#\d+/.exec(String(value))?.[0] ?? '';

const countIn = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((so, count) => so + count, 0);
