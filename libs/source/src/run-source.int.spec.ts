import { readDeadLetterHeaders, statedTime } from '@sluice/kafka';
import { kafkaApi, kafkaProxy, type RequestFault } from '@sluice/kafka/testing';
import { eventually, serverAddresses, type TestEvent } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { ReadContext, SourceEvent } from './source.ts';
import { testRig } from './testing/test-rig.ts';
import { event } from './testing/test-event.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(options: { partitions?: number } = {}) {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, ...options });
  closing.push(() => rig.close());
  return rig;
}

type Events = AsyncIterable<SourceEvent<TestEvent>>;

/** Numbered events up to a count, each with its number as cursor. */
async function* numbered(count: number, { cursor }: ReadContext, each: (n: number) => void = () => {}): Events {
  for (let n = cursor === undefined ? 0 : Number(cursor) + 1; n < count; n++) {
    each(n);
    yield { value: event(`e-${n}`), cursor: String(n) };
  }
}
const names = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `e-${from + n}`);
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

describe('a running source', () => {
  it('publishes events with id, key, time and payload, and ends when there are no more', async () => {
    const rig = await rigOf();
    const time = new Date(Date.now() - 8 * 86_400_000);
    const ahead = new Date(Date.now() + 7_200_000);
    const running = rig.run(async function* () {
      yield { value: event('a', { time }) };
      yield { value: event('b', { time }), key: 'other' };
      yield { value: event('c', { time: ahead }) };
    });
    await running.done;
    const records = await rig.kafka.records(rig.topic);
    expect(records.map(({ key, headers }) => [String(key), String(headers['sluice-id'])])).toEqual([
      ['a', 'a'],
      ['other', 'b'],
      ['c', 'c'],
    ]);
    expect(records.map((record) => statedTime(record))).toEqual([time.getTime(), time.getTime(), ahead.getTime()]);
    // Kafka deletes by this one.
    for (const { timestampMs } of records) expect(Math.abs(timestampMs - Date.now())).toBeLessThan(600_000);
    expect(await rig.decode(records[0]?.value ?? Buffer.alloc(0))).toEqual(event('a', { time }));
    expect(running.health.state.ready).toBe(true);
  });

  it('puts an event that does not fit to the dead letters, as JSON, and continues', async () => {
    const rig = await rigOf();
    const unfit = { id: 'bad', time: new Date(0), text: 7n } as unknown as TestEvent;
    await rig.run(async function* () {
      yield { value: event('a') };
      yield { value: unfit, key: 'k' };
      yield { value: event('b') };
    }).done;
    expect(await rig.ids()).toEqual(['a', 'b']);
    const [deadLetter, ...more] = await rig.kafka.records(rig.deadLetters);
    expect(more).toEqual([]);
    expect(JSON.parse(String(deadLetter?.value))).toEqual({ id: 'bad', time: '1970-01-01T00:00:00.000Z', text: '7' });
    expect(String(deadLetter?.key)).toBe('k');
    const envelope = readDeadLetterHeaders(deadLetter?.headers ?? {});
    expect(envelope).toMatchObject({ topic: rig.topic, errorClass: 'unfit' });
    expect(envelope?.reason).toContain('text');
    expect(envelope).not.toHaveProperty('offset');
  });

  it('leaves out what is too large for Kafka, with a dead letter for it, and publishes all its neighbours once', async () => {
    const rig = await rigOf({ partitions: 4 });
    const isHuge = (n: number) => n === 17 || n === 60;
    await rig.run(async function* () {
      for (let n = 0; n < 100; n++) {
        yield { value: event(`e-${n}`, isHuge(n) ? { text: 'x'.repeat(2_000_000) } : {}), cursor: String(n) };
      }
    }).done;
    expect((await rig.ids()).toSorted()).toEqual(
      names(100)
        .filter((_, n) => !isHuge(n))
        .toSorted(),
    );
    const deadLetters = await rig.kafka.records(rig.deadLetters);
    expect(deadLetters.map(({ key }) => String(key)).toSorted()).toEqual(['e-17', 'e-60']);
    expect(readDeadLetterHeaders(deadLetters[0]?.headers ?? {})?.errorClass).toBe('MESSAGE_TOO_LARGE');
  });

  it('keeps key and reason of an event that even the dead-letter topic has no room for', async () => {
    const rig = await rigOf();
    const unfit = { id: 'vast', time: new Date(), text: ['x'.repeat(17_000_000)] } as unknown as TestEvent;
    await rig.run(async function* () {
      yield { value: event('a') };
      yield { value: unfit, key: 'vast' };
    }).done;
    expect(await rig.ids()).toEqual(['a']);
    const [deadLetter] = await rig.kafka.records(rig.deadLetters);
    expect([String(deadLetter?.key), deadLetter?.value]).toEqual(['vast', null]);
  });

  it('says once that its events reach Kafka, when the first do', async () => {
    const rig = await rigOf();
    const announced = ({ lines }: ReturnType<typeof rig.run>) =>
      lines.filter(({ message }) => message === 'the first events are in Kafka').map(({ fields }) => fields);
    const running = rig.run(async function* (context) {
      await eventually(() => expect(running.health.state.ready).toBe(true));
      expect(announced(running)).toEqual([]);
      yield* numbered(1, context);
      await eventually(() => expect(announced(running)).toEqual([{ topic: rig.topic }]));
      yield { value: event('e-1'), cursor: '1' };
    });
    await running.done;
    expect(await rig.ids()).toEqual(names(2));
    expect(announced(running)).toEqual([{ topic: rig.topic }]);
  });

  it('is read again from its newest cursor when it throws', async () => {
    const rig = await rigOf();
    const begun: (string | undefined)[] = [];
    const running = rig.run((context) => {
      begun.push(context.cursor);
      return numbered(30, context, (n) => {
        if (begun.length === 1 && n === 12) throw new Error('the connection broke');
      });
    });
    await running.done;
    expect(await rig.ids()).toEqual(names(30));
    expect(begun).toEqual([undefined, '11']);
    expect(running.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['reason'])).toEqual([
      'the connection broke',
    ]);
  });

  it('continues exactly after its stored cursor when it is restarted (G8)', async () => {
    const rig = await rigOf();
    const first = rig.run(async function* (context) {
      yield* numbered(10, context);
      await aborted(context.signal);
    });
    await eventually(async () => expect(await rig.ids()).toHaveLength(10));
    await first.stop();
    await rig.run((context) => numbered(25, context)).done;
    await rig.run((context) => numbered(25, context)).done;
    expect(await rig.ids()).toEqual(names(25));
  });

  it('sends what it has read before it stops', async () => {
    const rig = await rigOf();
    const running = rig.run(
      async function* (context) {
        yield* numbered(3, context);
        await aborted(context.signal);
        yield { value: event('e-3'), cursor: '3' };
      },
      // No batch is sent before that.
      { LINGER_MS: '2000' },
    );
    await eventually(() => expect(running.health.state.ready).toBe(true));
    await running.stop();
    expect(await rig.ids()).toEqual(names(4));
  });

  it('asks for no more than Kafka takes, and stores no cursor before Kafka has acknowledged (G8)', async () => {
    const rig = await rigOf();
    const proxy = await kafkaProxy(kafkaBrokers);
    closing.push(() => proxy.close());
    const held = Promise.withResolvers<void>();
    proxy.faultOf = async (api, request): Promise<RequestFault> => {
      // What goes to other topics passes: a cursor would.
      if (api === kafkaApi.produce && request.includes(rig.topic)) await held.promise;
      return 'pass';
    };
    let asked = 0;
    const running = rig.run(
      (context) => numbered(50, context, () => asked++),
      { SOURCE_BATCH_RECORDS: '10' },
      { through: proxy.address },
    );
    await eventually(() => expect(asked).toBe(10));
    await expect(eventually(() => expect(asked).toBeGreaterThan(10), 1_000)).rejects.toThrow();
    expect(await rig.cursor()).toBeUndefined();
    held.resolve();
    await running.done;
    expect(await rig.cursor()).toBe('49');
    expect(await rig.ids()).toEqual(names(50));
  });

  it('runs without cursors from wherever its origin begins', async () => {
    const rig = await rigOf();
    for (let start = 0; start < 2; start++) {
      await rig.run((context) => numbered(3, context), {}, { cursors: false }).done;
    }
    expect(await rig.ids()).toEqual([...names(3), ...names(3)]);
  });
});
