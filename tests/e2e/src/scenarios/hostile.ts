import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import { outgoingEvent } from '@sluice/kafka';
import { kafkaProxy, testKafka } from '@sluice/kafka/testing';
import { deadLetterTopic, iotEvent, videoEvent, type IotEvent, type VideoEvent } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { eventually, httpProxy, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { damageOnTheWay, flippedBit, unknownCompression } from '../hostile/damaged-batches.ts';
import { oddSchemas } from '../hostile/odd-schemas.ts';
import { peakBytes } from '../harness/process-resources.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../harness/scenario.ts';

const hostile: Scenario = {
  sentence:
    'A decompression bomb, an unreadable batch, a flipped bit, offsets out of range in both directions, unknown schemas and odd ones, and a registry that hangs: each is reported and stops only its partition, under 512 MiB. All good events are delivered.',
  run,
};
export default hostile;

const { topic } = videoEvent;
const partitions = 8;
/** What each partition is for. All others hold good events only. */
const place = { bomb: 0, unreadable: 1, flipped: 2, removed: 3, truncated: 4, schemas: 5, registry: 6, healthy: 7 };
const bombBytes = 480 * 1024 * 1024;
const memoryLimit = 512 * 1024 * 1024;
const eventsEach = 100;
const patienceMs = 120_000;
const group = 'stdout';
const sluice = resolve(import.meta.dirname, '../../../../apps/ops/cli/src/main.ts');

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka and the registry');
  const stack = await launchStack({ name: `scenario-${process.pid}`, only: ['kafka', 'registry'], quiet: true });
  const brokers = stack.environment['KAFKA_BROKERS'] ?? '';
  const registryUrl = new URL(stack.environment['SCHEMA_REGISTRY_URL'] ?? '');
  const shortfalls: string[] = [];
  const counted: [string, number | string][] = [];
  const check = (what: string, found: number | string, holds: (found: number | string) => boolean): void => {
    counted.push([what, found]);
    if (!holds(found)) shortfalls.push(`${what}: ${found}`);
  };
  const checkSame = (what: string, found: number, expected: number) =>
    check(what, found === expected ? found : `${found}, not ${expected}`, (shown) => shown === expected);

  const closing: (() => Promise<unknown>)[] = [() => stack.stop()];
  try {
    let isHung = false;
    /** Schemas that other registries have. */
    const ownAnswers = new Map<number, string>();
    const registry = await httpProxy({
      target: registryUrl.origin,
      answering({ url }, forward) {
        if (isHung) return 'silence';
        const schema = ownAnswers.get(Number(/\/schemas\/ids\/(\d+)/.exec(url)?.[1]));
        return schema === undefined ? forward() : { status: 200, body: { schema } };
      },
    });
    closing.push(() => registry.close());
    const proxy = await kafkaProxy(brokers);
    closing.push(() => proxy.close());
    proxy.onAnswer = damageOnTheWay;
    const environment = {
      ...stack.environment,
      KAFKA_BROKERS: proxy.address,
      SCHEMA_REGISTRY_URL: `${registry.url}${registryUrl.pathname}`,
    };
    const kafka = await testKafka(brokers, { KAFKA_COMPRESSION: 'none' });
    closing.push(() => kafka.disconnect());
    await kafka.ensureTopics([topic], { signal, partitions });
    await kafka.ensureTopics([iotEvent.topic], { signal, partitions: 2 });
    const codec = createCodec({ url: registryUrl.href });
    const video = await codec.encoder(videoEvent);
    const iot = await codec.encoder(iotEvent);
    const producer = await kafka.producer();
    closing.push(() => producer.disconnect());

    /** The ids that a sink must print, each at least once. */
    const expected = new Set<string>();
    const sendVideo = async (keys: readonly string[], name: string, more: Partial<VideoEvent> = {}) => {
      for (const key of keys) {
        const value = videoOf(`${name}-${key}`, more);
        expected.add(value.event_id);
        await producer.send(topic, [outgoingEvent({ value, key }, videoEvent, video, Date.now())]);
      }
    };

    say('finding a key for each partition');
    await sendVideo(
      Array.from({ length: eventsEach }, (_, n) => `key-${n}`),
      'first',
    );
    const keyOf = new Map((await kafka.records(topic)).map(({ partition, key }) => [partition, String(key)]));
    const keyAt = (partition: number): string => {
      const key = keyOf.get(partition);
      if (key === undefined) throw new Error(`no key goes to partition ${partition}`);
      return key;
    };
    const endOf = async (partition: number) =>
      (await kafka.ends(topic))?.find((one) => one.partition === partition)?.end ?? -1n;

    say('records that were removed, and an offset after the end: no sink can deliver those');
    const removedKey = keyAt(place.removed);
    const before = await kafka.records(topic);
    const removed = before.filter(({ partition }) => partition === place.removed).slice(0, 5);
    for (const { key } of removed) expected.delete(`first-${String(key)}`);
    await kafka.moveGroup(group, topic, place.removed, 0n);
    await kafka.removeBefore(topic, place.removed, (removed.at(-1)?.offset ?? -1n) + 1n);
    await sendVideo([removedKey], 'after-removal');
    const truncatedAt = (await endOf(place.truncated)) + 1_000n;
    await kafka.moveGroup(group, topic, place.truncated, truncatedAt);
    for (const { partition, key } of before) if (partition === place.truncated) expected.delete(`first-${String(key)}`);

    say(`a bomb of ${bombBytes / 1024 / 1024} MiB, an unreadable batch, and a flipped bit, each between good events`);
    const compressing = await testKafka(brokers, { KAFKA_COMPRESSION: 'zstd' });
    const bombing = await compressing.producer();
    const badOffsets = new Map<number, bigint>();
    badOffsets.set(place.bomb, await endOf(place.bomb));
    await bombing.send(topic, [{ key: keyAt(place.bomb), value: Buffer.alloc(bombBytes) }]);
    await bombing.disconnect();
    await compressing.disconnect();
    badOffsets.set(place.unreadable, await endOf(place.unreadable));
    await sendVideo([keyAt(place.unreadable)], 'unreadable', { interest: unknownCompression });
    badOffsets.set(place.flipped, await endOf(place.flipped));
    await sendVideo([keyAt(place.flipped)], 'flipped', { interest: flippedBit });
    const blocked = [place.bomb, place.unreadable, place.flipped].map((partition) => keyAt(partition));
    await sendVideo(blocked, 'behind');

    say('a schema that the registry does not know, and odd ones');
    const schemaKey = keyAt(place.schemas);
    const plain = video.encode(videoOf('unknown', {}));
    const unknown = Buffer.from(plain);
    unknown.writeUInt32BE(2_000_000_000, 1);
    await producer.send(topic, [{ key: schemaKey, value: unknown }]);
    const odd = await oddSchemas({ registryUrl: registryUrl.href, base: video.schemaId });
    for (const { name, id, bytes, unregistered } of odd) {
      if (unregistered !== undefined) ownAnswers.set(id, unregistered);
      const value = videoOf(`odd-${name}`, {});
      expected.add(value.event_id);
      const encoded = Buffer.concat([video.encode(value), bytes]);
      encoded.writeUInt32BE(id, 1);
      await producer.send(topic, [{ key: schemaKey, value: encoded, headers: {}, timestampMs: Date.now() }]);
    }

    say('starting the sink');
    const sink = startAppProcess({
      folder: 'sinks/stdout',
      environment: {
        ...environment,
        SINK_TOPICS: `${topic},${iotEvent.topic}`,
        NODE_OPTIONS: '--max-old-space-size=384',
      },
      logFile: join(folder, 'stdout.log'),
    });
    closing.push(() => sink.stop());
    const printed = () => printedIds(join(folder, 'stdout.log'));
    const ready = () => readyReasons(sink);

    // What is good flows all the while, in its own topic and in the healthy partition.
    let flowing = 0;
    const flow = async () => {
      const value = iotOf(`flow-${flowing++}`);
      expected.add(value.uuid);
      await producer.send(iotEvent.topic, [outgoingEvent({ value }, iotEvent, iot, Date.now())]);
      await sendVideo([keyAt(place.healthy)], `flow-${flowing}`);
    };

    const mustWait = [place.bomb, place.unreadable, place.flipped, place.truncated];
    await eventually(
      async () => {
        signal.throwIfAborted();
        await flow();
        const reasons = await ready();
        const missing = mustWait.filter((partition) => !(`${topic}-${partition}` in reasons));
        if (missing.length > 0) throw new Error(`/ready does not name the partitions ${missing.join(', ')}`);
      },
      patienceMs,
      500,
    ).catch((error: unknown) => shortfalls.push(String(error)));
    const reasons = await ready();
    for (const [partition, offset] of badOffsets)
      check(`/ready of partition ${partition}`, reasons[`${topic}-${partition}`] ?? 'no reason', (reason) =>
        String(reason).includes(`offset ${offset}`),
      );
    check(`/ready of partition ${place.truncated}`, reasons[`${topic}-${place.truncated}`] ?? 'no reason', (reason) =>
      String(reason).includes('ends at offset'),
    );

    say('waiting for all events that are not after a bad batch');
    const behind = new Set(blocked.flatMap((key) => [`behind-${key}`]));
    for (const key of blocked) for (const what of ['unreadable', 'flipped']) behind.add(`${what}-${key}`);
    const missingOf = async (ids: Iterable<string>) => {
      const there = await printed();
      return [...ids].filter((id) => !there.has(id));
    };
    const deliverable = () => [...expected].filter((id) => !behind.has(id));
    await eventually(async () => {
      const missing = await missingOf(deliverable());
      if (missing.length > 0) throw new Error(`not delivered: ${missing.slice(0, 5).join(', ')} of ${missing.length}`);
    }, patienceMs).catch((error: unknown) => shortfalls.push(String(error)));
    checkSame(
      'good events delivered meanwhile',
      deliverable().length - (await missingOf(deliverable())).length,
      deliverable().length,
    );
    checkSame('events behind a bad batch that were delivered', behind.size - (await missingOf(behind)).length, 0);
    const metrics = await metricsOf(sink);
    checkSame('joins of the group', metrics('sink_group_joins_total'), 1);
    checkSame('blocked partitions', metrics('sink_blocked_partitions'), mustWait.length);
    checkSame('lost to retention, as counted', metrics('sink_lost_records_total'), removed.length);
    const deadLetters = async () => (await kafka.records(deadLetterTopic(topic))).length;
    await eventually(async () => {
      if ((await deadLetters()) < 1) throw new Error('none yet');
    }).catch(() => {});
    checkSame('dead letters: unknown schema', await deadLetters(), 1);
    const errors = await errorLines(join(folder, 'stdout.log'));
    checkSame('error lines: one for each blocked partition and one for the loss', errors, mustWait.length + 1);

    say('the registry accepts connections and does not answer');
    isHung = true;
    const [late] = await oddSchemas({ registryUrl: registryUrl.href, base: video.schemaId, suffix: 'late' });
    const lateEvent = videoOf('late', {});
    const lateBytes = Buffer.concat([video.encode(lateEvent), late?.bytes ?? Buffer.alloc(0)]);
    lateBytes.writeUInt32BE(late?.id ?? 0, 1);
    await producer.send(topic, [{ key: keyAt(place.registry), value: lateBytes, timestampMs: Date.now() }]);
    const hungSinceMs = performance.now();
    const isNamed = await eventually(
      async () => {
        await flow();
        if (!/registry/.test(Object.keys(await ready()).join())) throw new Error('not named');
        return true;
      },
      30_000,
      500,
    ).catch(() => false);
    check(
      'seconds until /ready names a registry that hangs',
      isNamed ? Math.round((performance.now() - hungSinceMs) / 1000) : 'never',
      (found) => found !== 'never',
    );
    await eventually(async () => {
      if ((await missingOf(deliverable())).length > 0) throw new Error('the others do not flow');
    }, 30_000).catch((error: unknown) => shortfalls.push(`with a hung registry: ${String(error)}`));
    isHung = false;
    expected.add(lateEvent.event_id);

    say('a person decides: two batches are skipped, the flipped bit is repaired');
    for (const partition of [place.bomb, place.unreadable]) {
      const { code, output } = await runSluice(
        [
          'skip',
          '--topic',
          topic,
          '--partition',
          String(partition),
          '--offset',
          String(badOffsets.get(partition)),
        ].concat(['--by', 'scenario', '--reason', 'the scenario sent it']),
        environment,
      );
      check(
        `exit code of sluice skip, partition ${partition}`,
        code === 0 ? 0 : `${code}: ${output}`,
        (found) => found === 0,
      );
    }
    proxy.onAnswer = (answer) => damageOnTheWay(answer, { flips: false });
    behind.clear();
    expected.delete(`unreadable-${keyAt(place.unreadable)}`);
    await eventually(
      async () => {
        await flow();
        const missing = await missingOf(deliverable());
        if (missing.length > 3)
          throw new Error(`not delivered: ${missing.slice(0, 5).join(', ')} of ${missing.length}`);
      },
      patienceMs,
      1_000,
    ).catch((error: unknown) => shortfalls.push(String(error)));
    await eventually(async () => {
      const missing = await missingOf(deliverable());
      if (missing.length > 0) throw new Error(`not delivered: ${missing.slice(0, 5).join(', ')} of ${missing.length}`);
    }, patienceMs).catch((error: unknown) => shortfalls.push(String(error)));
    checkSame('good events delivered in the end', expected.size - (await missingOf(expected)).length, expected.size);
    checkSame('dead letters at the end: unknown schema, bomb, unreadable batch', await deadLetters(), 3);
    const twice = [...(await printed())].filter(([, times]) => times > 1).length;
    checkSame('events printed twice', twice, 0);
    const left = Object.keys(await ready());
    check('what /ready still names', left.join() || 'nothing', (found) => found === `${topic}-${place.truncated}`);

    const peak = peakBytes(sink.pid);
    check('peak memory of the sink, MiB', Math.round(peak / 1024 / 1024), () => peak < memoryLimit);
    const stopAtMs = performance.now();
    check('how the sink ends', String(await sink.stop()), (found) => found === '0');
    check('seconds until it ends', Math.round((performance.now() - stopAtMs) / 1000), (found) => Number(found) < 30);
    return { counted, shortfalls };
  } finally {
    for (const close of closing.reverse()) await close().catch(() => {});
  }
}

const videoOf = (id: string, more: Partial<VideoEvent>): VideoEvent => ({
  event_id: id,
  board_id: 'board',
  playtime: 3,
  timestamp: new Date(),
  user_id: 'user',
  interest: 'music',
  ...more,
});

const iotOf = (uuid: string): IotEvent => ({
  ...{ uuid, device_ts: new Date(), device_id: 'device', device_temp: 20, track_id: 1, activity_type: 1 },
  ...{ temp_celsius: 20, temp_fahrenheit: 68, received: new Date() },
});

/** The ids of the events that the sink has printed, and how often. */
async function printedIds(logFile: string): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(logFile) })) {
    const id = /^\{"(?:event_id|uuid)":"([^"]+)"/.exec(line)?.[1];
    if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1);
  }
  return ids;
}

async function errorLines(logFile: string): Promise<number> {
  let errors = 0;
  for await (const line of createInterface({ input: createReadStream(logFile) }))
    if (/^\{.*"level":"(?:error|fatal)"/.test(line)) errors++;
  return errors;
}

async function readyReasons(sink: AppProcess): Promise<Record<string, string>> {
  const answer = await fetch(`${await sink.telemetryUrl}/ready`);
  const { reasons = {} } = (await answer.json()) as { reasons?: Record<string, string> };
  return reasons;
}

async function metricsOf(sink: AppProcess): Promise<(name: string) => number> {
  const text = await (await fetch(`${await sink.telemetryUrl}/metrics`)).text();
  return (name) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
}

async function runSluice(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [sluice, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [[code], out, error] = await Promise.all([exited, textOf(child.stdout), textOf(child.stderr)]);
  return { code, output: out + error };
}
