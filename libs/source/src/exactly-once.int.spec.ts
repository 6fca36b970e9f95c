import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readDeadLetterHeaders } from '@sluice/kafka';
import { kafkaApi, kafkaProxy, type RequestFault } from '@sluice/kafka/testing';
import { eventually, serverAddresses, type TestEvent } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { cursorTopic } from './publishing/cursor-store.ts';
import type { ReadContext, SourceItem } from './source.ts';
import { testRig } from './testing/test-rig.ts';
import { event } from './testing/test-event.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(options: { partitions?: number } = {}) {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, ...options });
  closing.push(() => rig.close());
  return rig;
}
type Rig = Awaited<ReturnType<typeof rigOf>>;
type Items = AsyncIterable<SourceItem<TestEvent>>;

async function* numbered(count: number, { cursor, signal }: ReadContext, each = async (_: number) => {}): Items {
  for (let n = cursor === undefined ? 0 : Number(cursor) + 1; n < count && !signal.aborted; n++) {
    await each(n);
    yield { value: event(`e-${n}`), cursor: String(n) };
  }
}
const names = (count: number) => Array.from({ length: count }, (_, n) => `e-${n}`);
const isRefused = (_: string, n: number) => n % 7 === 6;

describe('a source with cursors (G8)', () => {
  it(
    'has each event and each refused line in Kafka once, whenever its process is killed',
    { timeout: 180_000 },
    async () => {
      const rig = await rigOf({ partitions: 3 });
      const count = 60_000;
      const start = (): ChildProcess => {
        const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/numbered/main.ts'), '--tied'], {
          env: {
            PATH: process.env['PATH'],
            KAFKA_BROKERS: kafkaBrokers,
            SCHEMA_REGISTRY_URL: schemaRegistryUrl,
            KAFKA_TOPIC_PARTITIONS: '3',
            SOURCE_BATCH_RECORDS: '300',
            NUMBERED_TOPIC: rig.topic,
            NUMBERED_COUNT: String(count),
          },
          stdio: ['pipe', 'ignore', 'inherit'],
        });
        closing.push(() => child.kill('SIGKILL'));
        return child;
      };
      const records = async () =>
        (await rig.kafka.ends(rig.topic).catch(() => []))?.reduce((sum, { end }) => sum + Number(end), 0) ?? 0;
      let kills = 0;
      for (let code: unknown; code !== 0;) {
        const child = start();
        const ended = once(child, 'exit');
        if (kills < 8) {
          const seen = await records();
          // At any moment of its work: within a transaction as well as between two.
          await eventually(async () => expect(await records()).toBeGreaterThan(seen + 500), 60_000);
          child.kill('SIGKILL');
          kills++;
        }
        [code] = await ended;
      }
      expect((await rig.ids()).toSorted()).toEqual(
        names(count)
          .filter((name, n) => !isRefused(name, n))
          .toSorted(),
      );
      const lines = names(count)
        .filter(isRefused)
        .map((name) => name.replace('e-', 'line-'));
      expect((await rig.deadLetterTexts()).toSorted()).toEqual(lines.toSorted());
      expect(await rig.cursor()).toBe(String(count));
    },
  );

  const outcomes: [string, number, RequestFault][] = [
    ['the request that commits', kafkaApi.endTxn, 'lose-request'],
    ['the answer that it is committed', kafkaApi.endTxn, 'lose-answer'],
    ['a request with events', kafkaApi.produce, 'lose-request'],
    ['the answer that events are written', kafkaApi.produce, 'lose-answer'],
  ];
  it.each(outcomes)('has each event once although the network loses %s', async (_, disturbed, fault) => {
    const rig = await rigOf();
    const proxy = await kafkaProxy(kafkaBrokers);
    closing.push(() => proxy.close());
    let requests = 0;
    proxy.faultOf = (api) => (api === disturbed && requests++ % 3 === 1 ? fault : 'pass');
    const running = rig.run(
      (context) => numbered(200, context),
      { SOURCE_BATCH_RECORDS: '10' },
      { through: proxy.address },
    );
    await running.done;
    expect(requests).toBeGreaterThanOrEqual(20);
    expect((await rig.ids()).toSorted()).toEqual(names(200).toSorted());
  });

  it('is fenced by a second instance, says so, and leaves nothing twice; one continues, if need be after a restart', async () => {
    const rig = await rigOf();
    const reached = (n: number) => eventually(async () => expect((await rig.ids()).length).toBeGreaterThan(n));
    const slow = (context: ReadContext) =>
      numbered(100_000, context, async (n) => {
        if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      });
    const settings = { SOURCE_BATCH_RECORDS: '20' };
    const first = rig.run(slow, settings);
    await reached(50);
    const second = rig.run(slow, settings);
    const said = ({ done }: typeof first) => done.catch((error: unknown) => error);
    // Mostly the first one: not where an answer to it was lost and it started again before the second had published anything.
    expect(String(await Promise.race([said(first), said(second)]))).toContain('another instance of');
    const known = (await rig.ids()).length;
    // Rarely both stop: one opened the transactional id again while the other committed its first chunk. Their supervisor restarts them.
    const restarted = Promise.allSettled([first.done, second.done]).then(() => rig.run(slow, settings));
    await reached(known + 50);
    await Promise.allSettled([first.stop(), second.stop()]);
    await (await restarted).stop();
    const ids = await rig.ids();
    expect(ids.toSorted()).toEqual(names(ids.length).toSorted());
  });

  it('stops when it is fenced although its origin has nothing more for now', async () => {
    const rig = await rigOf();
    const fenced = Promise.withResolvers<void>();
    const first = rig.run(async function* ({ signal }) {
      yield { value: event('a'), cursor: '1' };
      await fenced.promise;
      yield { value: event('b'), cursor: '2' };
      await once(signal, 'abort');
    });
    await eventually(async () => expect(await rig.ids()).toEqual(['a']));
    await rig.settle();
    fenced.resolve();
    await expect(first.done).rejects.toThrow('another instance of');
    expect(await rig.ids()).toEqual(['a']);
  });

  it('stops when another instance has continued while it did not know the outcome of its own chunk', async () => {
    const rig = await rigOf();
    const proxy = await kafkaProxy(kafkaBrokers);
    closing.push(() => proxy.close());
    const lost = Promise.withResolvers<void>();
    const others = Promise.withResolvers<void>();
    let commits = 0;
    proxy.faultOf = async (api) => {
      if (api !== kafkaApi.endTxn || ++commits < 3) return 'pass';
      lost.resolve();
      await others.promise;
      return 'lose-request';
    };
    const first = rig.run(
      (context) => numbered(100, context),
      { SOURCE_BATCH_RECORDS: '10' },
      { through: proxy.address },
    );
    await lost.promise;
    await rig.run((context) => numbered(60, context), { SOURCE_BATCH_RECORDS: '10' }).done;
    others.resolve();
    await expect(first.done).rejects.toThrow('another instance of');
    expect((await rig.ids()).toSorted()).toEqual(names(60).toSorted());
  });

  it('publishes items without a cursor together with the next one that has one', async () => {
    const rig = await rigOf();
    const begun: (string | undefined)[] = [];
    const running = rig.run(
      async function* ({ cursor }) {
        begun.push(cursor);
        if (cursor === undefined) {
          for (const id of ['a', 'b', 'c']) yield { value: event(id), ...(id === 'b' && { cursor: 'behind b' }) };
          await eventually(async () => expect(await rig.cursor()).toBe('behind b'));
          throw new Error('the connection broke');
        }
        for (const id of ['c', 'd']) yield { value: event(id), ...(id === 'd' && { cursor: 'behind d' }) };
      },
      { SOURCE_BATCH_RECORDS: '1' },
    );
    await running.done;
    expect(begun).toEqual([undefined, 'behind b']);
    expect(await rig.ids()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('stores a cursor of several MiB, as one with the positions in thousands of files is', async () => {
    const rig = await rigOf();
    const cursor = 'x'.repeat(6 * 1024 * 1024);
    await rig.run(async function* () {
      yield { value: event('a'), cursor };
    }).done;
    expect(await rig.cursor()).toBe(cursor);
  });

  it('stops with a sentence where its cursor is larger than Kafka takes', async () => {
    const rig = await rigOf();
    const cursors = cursorTopic(rig.topic);
    const settings = { 'max.message.bytes': '2000' };
    await rig.kafka.ensureTopics([cursors], { signal: AbortSignal.timeout(30_000), settings, partitions: 1 });
    const running = rig.run(async function* () {
      yield { value: event('a'), cursor: 'x'.repeat(3_000) };
    });
    await expect(running.done).rejects.toThrow(
      new RegExp(
        `the cursor of ${rig.topic} is 3\\d{3} bytes, before compression, and ${cursors} takes less: raise its max.message.bytes$`,
      ),
    );
    expect(await rig.ids()).toEqual([]);
  });

  it('keeps several instances apart', async () => {
    const rig = await rigOf();
    const of = (name: string) =>
      rig.run(
        async function* ({ cursor, signal }) {
          for (let n = Number(cursor ?? 0); n < 40 && !signal.aborted; n++)
            yield { value: event(`${name}-${n}`), cursor: String(n + 1) };
        },
        { SOURCE_INSTANCE: name, SOURCE_BATCH_RECORDS: '5' },
      ).done;
    await Promise.all([of('north'), of('south')]);
    await of('north');
    expect((await rig.ids()).toSorted()).toEqual(
      ['north', 'south'].flatMap((name) => Array.from({ length: 40 }, (_, n) => `${name}-${n}`)).toSorted(),
    );
  });
});

describe.each([
  ['with cursors', true],
  ['without cursors', false],
])('a source %s', (_, cursors) => {
  const letterOf = async (rig: Rig) => {
    const [deadLetter, ...more] = await rig.kafka.records(rig.deadLetters);
    expect(more).toEqual([]);
    return { ...deadLetter, envelope: readDeadLetterHeaders(deadLetter?.headers ?? {}) };
  };

  it('hands over what it cannot make an event of, byte for byte', async () => {
    const rig = await rigOf();
    const bytes = Buffer.from([0xff, 0x00, 0x7b, 0x22]);
    await rig.run(
      async function* () {
        yield { value: event('a'), cursor: '1' };
        yield { refused: { bytes, reason: 'the line is not JSON', origin: 'player.log:17' }, cursor: '2' };
        yield { value: event('b'), cursor: '3' };
      },
      {},
      { cursors },
    ).done;
    expect(await rig.ids()).toEqual(['a', 'b']);
    const { key, value, envelope } = await letterOf(rig);
    expect([key, value]).toEqual([null, bytes]);
    expect(envelope).toMatchObject({
      by: rig.topic,
      topic: rig.topic,
      reason: 'the line is not JSON',
      errorClass: 'unreadable',
      origin: 'player.log:17',
    });
  });

  it('keeps the record of an event that its topic refuses, and publishes the neighbours once', async () => {
    const rig = await rigOf();
    // A limit below that of a request: the broker refuses whole requests, and does not say for which record.
    await rig.kafka.ensureTopics([rig.topic], {
      signal: AbortSignal.timeout(30_000),
      settings: { 'max.message.bytes': '20000' },
      partitions: 1,
    });
    await rig.run(
      async function* () {
        for (let n = 0; n < 60; n++)
          yield { value: event(`e-${n}`, n === 33 ? { text: 'x'.repeat(30_000) } : {}), cursor: String(n) };
      },
      {},
      { cursors },
    ).done;
    expect((await rig.ids()).toSorted()).toEqual(
      names(60)
        .filter((__, n) => n !== 33)
        .toSorted(),
    );
    const { key, value, envelope } = await letterOf(rig);
    expect(String(key)).toBe('e-33');
    expect(await rig.decode(value ?? Buffer.alloc(0))).toMatchObject({ id: 'e-33', text: 'x'.repeat(30_000) });
    expect(envelope?.errorClass).toBe('MESSAGE_TOO_LARGE');
  });
});
