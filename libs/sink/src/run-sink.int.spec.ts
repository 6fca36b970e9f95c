import { connect, createServer } from 'node:net';
import { readDeadLetterHeaders } from '@sluice/kafka';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { readAll, scriptedSink, type ScriptedSink } from './testing/scripted-sink.ts';
import { delivered, type Batch, type Verdict } from './contract/sink.ts';
import { ids, testRig } from './testing/test-rig.ts';
import { SinkContractViolation } from './contract/sink-contract-violation.ts';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const rejected: Verdict = { status: 'rejected', reason: 'the destination never will' };
type Rig = Awaited<ReturnType<typeof testRig>>;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function rigOf(options: { partitions?: number } = {}): Promise<Rig> {
  const rig = await testRig({ brokers: kafkaBrokers, registryUrl: schemaRegistryUrl, ...options });
  closing.push(() => rig.close());
  return rig;
}

const writtenIds = (sink: ScriptedSink) => sink.writes.flatMap((write) => write.ids);
/** Delivers all but what the rule gives another verdict. */
const verdictsBy = (rule: (id: string) => Verdict | undefined) => (batch: Batch) => ({
  verdicts: batch.records.map(({ id }) => rule(id) ?? delivered),
});

describe('a running sink', () => {
  it('delivers every record once, in the order of its partition, and commits behind it (G1)', async () => {
    const rig = await rigOf({ partitions: 3 });
    await rig.send(ids('before', 500));
    const sink = scriptedSink();
    const running = rig.run(sink, { SINK_BATCH_RECORDS: '70' });
    await eventually(() => expect(writtenIds(sink)).toHaveLength(500));
    await rig.send(ids('after', 500));
    await eventually(() => expect(writtenIds(sink)).toHaveLength(1_000));
    const ends = (await rig.kafka.ends(rig.topic)) ?? [];
    await eventually(async () => {
      for (const { partition, end } of ends) expect(await rig.committed(partition)).toBe(end);
    });
    for (const { partition, end } of ends) {
      expect(sink.delivered.get(partition)).toEqual(Array.from({ length: Number(end) }, (_, n) => BigInt(n)));
    }
    expect(new Set(writtenIds(sink)).size).toBe(1_000);
    await eventually(async () => expect(await running.metric('sink_records_total')).toBe(1_000));
    expect(running.health.state.ready).toBe(true);
    await running.stop();
    expect([sink.opens, sink.closes]).toEqual([1, 1]);
  });

  it('puts what is rejected to the dead letters, byte for byte, with the reason and the place (G1)', async () => {
    const rig = await rigOf();
    const headers = { 'sluice-id': 'bad', trace: [Buffer.from([0, 255]), Buffer.from('b')] };
    const value = rig.encode('bad');
    await rig.send(['good-1']);
    await rig.sendRaw([{ key: Buffer.from([1, 0, 254]), value, headers }]);
    await rig.send(['good-2']);
    const sink = scriptedSink(verdictsBy((id) => (id === 'bad' ? rejected : undefined)));
    rig.run(sink);
    await eventually(async () => expect(await rig.committed()).toBe(3n));
    const [deadLetter, ...more] = await rig.kafka.records(rig.deadLetters);
    expect(more).toEqual([]);
    expect(deadLetter?.key).toEqual(Buffer.from([1, 0, 254]));
    expect(deadLetter?.value).toEqual(value);
    expect(deadLetter?.headers).toMatchObject({
      'sluice-id': Buffer.from('bad'),
      trace: [Buffer.from([0, 255]), Buffer.from('b')],
    });
    const envelope = readDeadLetterHeaders(deadLetter?.headers ?? {});
    expect(envelope).toMatchObject({
      by: 'test-sink',
      topic: rig.topic,
      partition: 0,
      offset: 1n,
      schemaId: value.readUInt32BE(1),
      reason: 'the destination never will',
      errorClass: 'refused',
      attempts: 1,
    });
    expect(envelope?.deadSince.getTime()).toBeGreaterThanOrEqual(envelope?.firstSeen.getTime() ?? Infinity);
    expect(sink.delivered.get(0)).toEqual([0n, 2n]);
  });

  it('takes more dead letters at once, and larger ones, than a topic takes by default', async () => {
    const rig = await rigOf();
    await rig.send(ids('bad', 30), 'x'.repeat(100_000));
    // The broker takes 1,048,588 bytes: this one just fits its topic, and no longer with the envelope around it.
    await rig.send(['huge'], 'x'.repeat(1_048_588 - 200));
    rig.run(scriptedSink(verdictsBy(() => rejected)), { LINGER_MS: '300' });
    await eventually(async () => expect(await rig.committed()).toBe(31n));
    expect(await rig.kafka.records(rig.deadLetters)).toHaveLength(31);
  });

  it('puts what cannot be read to the dead letters, and delivers its neighbours', async () => {
    const rig = await rigOf();
    const good = rig.encode('good');
    const unknownSchema = Buffer.from(good);
    unknownSchema.writeUInt32BE(2_000_000_000, 1);
    const bad = [
      { value: Buffer.from('{"json":true}'), reason: /does not begin with a registry schema id/ },
      { value: Buffer.from([0, 1]), reason: /does not begin with a registry schema id/ },
      { value: unknownSchema, reason: /no schema with id 2000000000/ },
      { value: good.subarray(0, -2), reason: /the bytes do not fit schema/ },
      { value: null, reason: /has no value/ },
    ];
    for (const [n, { value }] of bad.entries()) {
      await rig.sendRaw([{ key: `bad-${n}`, value }]);
      await rig.send([`good-${n}`]);
    }
    const sink = scriptedSink(readAll);
    rig.run(sink);
    await eventually(async () => expect(await rig.committed()).toBe(10n));
    expect(sink.delivered.get(0)).toEqual([1n, 3n, 5n, 7n, 9n]);
    const deadLetters = await rig.kafka.records(rig.deadLetters);
    expect(deadLetters.map(({ value }) => value)).toEqual(bad.map(({ value }) => value));
    for (const [n, { headers }] of deadLetters.entries()) {
      const deadLetter = readDeadLetterHeaders(headers);
      expect(deadLetter).toMatchObject({ errorClass: 'undecodable', offset: BigInt(2 * n) });
      expect(deadLetter?.reason).toMatch(bad[n]?.reason ?? '');
    }
  });

  it('takes the time of a record from its value where its timestamp is no time, and else refuses it alone', async () => {
    const rig = await rigOf();
    await rig.kafka.configure(rig.topic, { 'message.timestamp.after.max.ms': '9223372036854775807' });
    const nanoseconds = 1_700_000_000_000_000_000;
    const value = rig.encode('a');
    await rig.sendRaw([
      ...[-1, 0, nanoseconds / 1_000, nanoseconds].map((timestampMs) => ({ key: 'a', value, timestampMs })),
      { key: 'b', value: value.subarray(0, -1), timestampMs: -1 },
      { key: 'c', value, headers: { 'sluice-time': 'yesterday' } },
    ]);
    await rig.send(['d']);
    const days: string[] = [];
    const sink = scriptedSink(({ records }) => {
      days.push(...records.map(({ timestamp }) => timestamp.toISOString().slice(0, 4)));
    });
    const running = rig.run(sink);
    await eventually(async () => expect(await rig.committed()).toBe(7n));
    expect(sink.delivered.get(0)).toEqual([0n, 1n, 2n, 3n, 6n]);
    expect(days).toEqual(Array(5).fill(String(new Date().getUTCFullYear())));
    expect(await running.metric('sink_times_from_value_total')).toBe(4);
    const deadLetters = (await rig.kafka.records(rig.deadLetters)).map(({ headers }) => readDeadLetterHeaders(headers));
    expect(deadLetters.map((deadLetter) => [deadLetter?.offset, deadLetter?.timestamp])).toEqual([
      [4n, undefined],
      [5n, undefined],
    ]);
    expect(deadLetters[0]?.reason).toContain('its bytes do not fit schema');
    expect(deadLetters[1]?.reason).toContain('the header sluice-time must hold milliseconds');
  });

  it('waits while the destination is away, and rejects nothing (G4)', async () => {
    const rig = await rigOf();
    await rig.send(ids('a', 20));
    let isAway = true;
    const sink = scriptedSink(() => {
      if (isAway) throw new Error('connection refused');
      return undefined;
    });
    const running = rig.run(sink);
    await eventually(() => expect(sink.writes.length).toBeGreaterThan(3));
    expect(running.health.state).toMatchObject({ ready: false, reasons: { destination: 'connection refused' } });
    expect(await rig.committed()).toBeUndefined();
    isAway = false;
    await eventually(async () => expect(await rig.committed()).toBe(20n));
    expect(running.health.state.ready).toBe(true);
    expect(sink.delivered.get(0)).toHaveLength(20);
    expect(await rig.kafka.records(rig.deadLetters)).toEqual([]);
    expect(running.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('waits while the registry is away, and rejects nothing (G4)', async () => {
    const rig = await rigOf();
    await rig.send(ids('a', 3));
    const sink = scriptedSink();
    const there = new URL(schemaRegistryUrl);
    let isAway = true;
    const proxy = createServer((client) => {
      if (isAway) return client.destroy();
      const upstream = connect(Number(there.port), there.hostname);
      client
        .on('error', () => upstream.destroy())
        .pipe(upstream)
        .on('error', () => client.destroy())
        .pipe(client);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closing.push(async () => void proxy.close());
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const running = rig.run(sink, {}, { registryUrl: `http://127.0.0.1:${port}${there.pathname}` });
    await eventually(() =>
      expect(running.lines.map(({ message }) => message)).toContain('waiting for the schema registry'),
    );
    expect(sink.writes).toEqual([]);
    isAway = false;
    await eventually(async () => expect(await rig.committed()).toBe(3n));
    expect(sink.delivered.get(0)).toEqual([0n, 1n, 2n]);
    expect(await rig.kafka.records(rig.deadLetters)).toEqual([]);
  });

  it('never commits past a record that is neither delivered nor rejected (G2)', async () => {
    const rig = await rigOf();
    await rig.send(ids('a', 30));
    const held = Promise.withResolvers<undefined>();
    const sink = scriptedSink(({ records }) => (records[0]?.offset === 10n ? held.promise : undefined));
    rig.run(sink, { SINK_BATCH_RECORDS: '10' });
    await eventually(async () => expect(await rig.committed()).toBe(10n));
    await rig.send(ids('b', 10));
    // Whatever could come past the held write has had more time than everything before it.
    await expect(eventually(async () => expect(await rig.committed()).toBeGreaterThan(10n), 1_000)).rejects.toThrow();
    expect(sink.writes).toHaveLength(2);
    held.resolve(undefined);
    await eventually(async () => expect(await rig.committed()).toBe(40n));
    expect(sink.delivered.get(0)).toHaveLength(40);
  });

  it('reads ahead no more than its budget and what is on its way (G5)', async () => {
    const rig = await rigOf({ partitions: 2 });
    const count = 400;
    await rig.send(ids('a', count), 'x'.repeat(50_000));
    const held = Promise.withResolvers<undefined>();
    const sink = scriptedSink(() => held.promise);
    const budget = 4 * 1024 * 1024;
    const running = rig.run(sink, { SINK_BUFFER_BYTES: String(budget), SINK_BATCH_BYTES: '500000' });
    await eventually(() => expect(sink.writes).toHaveLength(2));
    let most = 0;
    const watch = async () => {
      most = Math.max(most, await running.metric('sink_buffered_bytes'));
      expect(most).toBeGreaterThan(budget / 2);
    };
    await eventually(watch);
    // It would all be read by now if nothing held it back.
    await expect(
      eventually(async () => (await watch(), expect(most).toBeGreaterThan(count * 50_000)), 2_000),
    ).rejects.toThrow();
    expect(most).toBeLessThan(budget + 2 * 1_100_000);
    held.resolve(undefined);
    await eventually(() => expect(writtenIds(sink)).toHaveLength(count));
    await eventually(async () => expect(await running.metric('sink_buffered_bytes')).toBe(0));
  });

  it('does not wait for a batch that is larger than its share of the budget', async () => {
    const rig = await rigOf();
    const count = 60;
    await rig.send(ids('a', count), 'x'.repeat(100_000));
    const sink = scriptedSink();
    rig.run(sink, { SINK_BUFFER_BYTES: '1048576', SINK_BATCH_BYTES: '100000000', LINGER_MS: '2000' });
    await eventually(() => expect(writtenIds(sink).length).toBeGreaterThan(count - 11));
  });

  it('publishes an output record once, in the transaction that commits (G2)', async () => {
    const rig = await rigOf();
    await rig.send(ids('a', 10));
    const objects = await rig.kafka.topic();
    let isFirst = true;
    const sink = scriptedSink(({ records }) => {
      // What is announced by a write that has to be repeated in part is as true as the rest.
      const open = isFirst ? records.length - 1 : 0;
      isFirst = false;
      const key = `${records[0]?.offset}`;
      return {
        verdicts: records.map((_, n): Verdict =>
          n === open && open > 0 ? { status: 'retry', reason: 'busy' } : delivered,
        ),
        outputs: [{ topic: objects, key, value: Buffer.from(key), headers: { 'sluice-id': key } }],
      };
    });
    rig.run(sink, { LINGER_MS: '500' });
    await eventually(async () => expect(await rig.committed()).toBe(10n));
    expect((await rig.kafka.records(objects)).map(({ value }) => String(value))).toEqual(['0', '9']);
  });

  it('stops for a defect of the sink, whatever its other partitions do', async () => {
    const rig = await rigOf({ partitions: 3 });
    const sink = scriptedSink(({ partition }) => (partition === 0 ? { verdicts: [] } : undefined));
    const running = rig.run(sink);
    await rig.send(ids('a', 50));
    await expect(running.done).rejects.toThrow(SinkContractViolation);
    expect(sink.closes).toBe(1);
    expect(await rig.committed()).toBeUndefined();
  });
});
