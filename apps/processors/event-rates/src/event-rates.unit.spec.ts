import type { TopicOutput } from '@sluice/processor';
import { compileDecoder, type AvroRecord } from '@sluice/avro';
import { hostMetrics, iotEvent, tweet, videoEvent, type EventContract, type EventRate } from '@sluice/contracts';
import { seededRandom } from '@sluice/random';
import { long, text } from '@sluice/avro/testing';
import type { Collector, SinkRecord } from '@sluice/sink';
import { describe, expect, it } from 'vitest';
import { eventRates } from './event-rates.ts';

const minute = Date.parse('2026-11-21T09:00:00Z');

/** An output that keeps the events as they are. */
const made: TopicOutput<EventRate> = {
  topic: 'event-rates',
  open: async () => {},
  encode: (event) => ({ topic: 'event-rates', key: null, value: Buffer.from(JSON.stringify(event)) }),
};

const collecting = (contract: EventContract, partition = 0): Collector =>
  eventRates(made, 5_000).collect({ topic: contract.topic, partition, contract });

/** What is looked at of a record; `value` throws where the bytes cannot be read. */
function record(offset: number, timeMs: number, value: () => unknown = () => ({})): SinkRecord {
  const seen: Partial<SinkRecord> = {
    offset: BigInt(offset),
    timestampMs: timeMs,
    get value() {
      return value();
    },
  };
  return seen as SinkRecord;
}

const reading = (device: string, celsius: number) => () => ({ device_id: device, temp_celsius: celsius });

async function delivered(collector: Collector) {
  const collected = await collector.deliver({ signal: new AbortController().signal, attempt: 1 });
  if (!('deliveredThrough' in collected)) throw new Error('nothing was delivered');
  const { deliveredThrough, outputs = [] } = collected;
  return { deliveredThrough, rows: outputs.map(({ value }) => JSON.parse(value.toString()) as EventRate) };
}

describe('the rates of a partition', () => {
  it('count the events of each minute of event time, also of those that come late', async () => {
    const collector = collecting(videoEvent, 3);
    const times = [0, 59_999, 60_000, 1, 60_001, 119_999, 120_000].map((after) => minute + after);
    for (const [offset, timeMs] of times.entries()) expect(collector.add(record(offset + 10, timeMs))).toBe(true);
    const { deliveredThrough, rows } = await delivered(collector);
    expect(deliveredThrough).toBe(16n);
    const common = { measure: 'events', subject: 'video-events', topic: 'video-events', partition: 3 };
    const counted = { ...common, sum: null, average: null };
    expect(rows).toEqual([
      { ...counted, minute: '2026-11-21T09:00:00.000Z', count: 3, first_offset: 10, last_offset: 13 },
      { ...counted, minute: '2026-11-21T09:01:00.000Z', count: 3, first_offset: 12, last_offset: 15 },
      { ...counted, minute: '2026-11-21T09:02:00.000Z', count: 1, first_offset: 16, last_offset: 16 },
    ]);
  });

  it('have the sum and the average of the temperatures of each device', async () => {
    const collector = collecting(iotEvent);
    collector.add(record(0, minute, reading('a', 20)));
    collector.add(record(1, minute, reading('b', -5)));
    collector.add(record(2, minute, reading('a', 21)));
    const rows = (await delivered(collector)).rows.filter(({ measure }) => measure === 'temp_celsius');
    expect(rows.map(({ subject, count, sum, average }) => [subject, count, sum, average])).toEqual([
      ['a', 2, 41, 20.5],
      ['b', 1, -5, -5],
    ]);
  });

  it('count a host whose counters no number can hold, as they are not looked at', async () => {
    const fields = (type: string, ...names: string[]) => names.map((name) => ({ name, type }));
    const cpu: AvroRecord = {
      type: 'record',
      name: 'CpuMetrics',
      fields: [
        ...fields('double', 'user_seconds_total', 'system_seconds_total', 'idle_seconds_total', 'busy_percent'),
        { name: 'cores', type: { type: 'array', items: 'null' } },
      ],
    };
    const counters = ['received_bytes_total', 'receive_errors_total', 'receive_drops_total', 'sent_bytes_total'];
    const network: AvroRecord = {
      type: 'record',
      name: 'NetworkMetrics',
      fields: [
        ...fields('string', 'interface'),
        ...fields('long', ...counters, 'send_errors_total', 'send_drops_total'),
      ],
    };
    const foreign: AvroRecord = {
      type: 'record',
      name: 'HostMetrics',
      fields: [
        ...fields('string', 'host'),
        ...fields('long', 'time'),
        ...fields('int', 'interval_ms'),
        { name: 'cpu', type: cpu },
        { name: 'network', type: { type: 'array', items: network } },
      ],
    };
    const reals = Buffer.from(new Float64Array([1, 2, 3, 40]).buffer);
    const wide = Array.from({ length: 6 }, () => long(2n ** 63n - 1n));
    const body = Buffer.concat(
      [
        [text('web-1'), long(0), long(1), reals, long(0)],
        [long(1), text('eth0'), ...wide, long(0)],
      ].flat(),
    );
    const collector = collecting(hostMetrics);
    collector.add(record(0, minute, () => compileDecoder(foreign, [], hostMetrics.schema)(body)));
    const { rows } = await delivered(collector);
    expect(rows.map(({ measure, subject, average }) => [measure, subject, average])).toEqual([
      ['events', 'host-metrics', null],
      ['cpu_percent', 'web-1', 40],
    ]);
  });

  it('have the busy CPU of each host, where it is known', async () => {
    const collector = collecting(hostMetrics);
    const busy = (percent: number | null) => () => ({ host: 'web-1', cpu: { busy_percent: percent } });
    collector.add(record(0, minute, busy(null)));
    collector.add(record(1, minute, () => ({ host: 'web-1', cpu: null })));
    collector.add(record(2, minute, busy(40)));
    collector.add(record(3, minute, busy(0)));
    const { rows } = await delivered(collector);
    expect(rows.map(({ measure, subject, count, average }) => [measure, subject, count, average])).toEqual([
      ['events', 'host-metrics', 4, null],
      ['cpu_percent', 'web-1', 2, 20],
    ]);
  });

  it('have the tweets that each keyword matched, each keyword once a tweet', async () => {
    const collector = collecting(tweet);
    const matching =
      (...keywords: string[]) =>
      () => ({ matched_keywords: keywords });
    collector.add(record(0, minute, matching('sea', 'wind', 'sea')));
    collector.add(record(1, minute, matching('wind')));
    collector.add(record(2, minute, matching()));
    const { rows } = await delivered(collector);
    expect(rows.map(({ measure, subject, count, sum }) => [measure, subject, count, sum])).toEqual([
      ['events', 'tweets', 3, null],
      ['matches', 'sea', 1, null],
      ['matches', 'wind', 2, null],
    ]);
  });

  it('are as if a record that cannot be read had not come', async () => {
    const collector = collecting(iotEvent);
    collector.add(record(0, minute, reading('a', 20)));
    const broken = record(1, minute, () => {
      throw new Error('does not fit');
    });
    expect(() => collector.add(broken)).toThrow('does not fit');
    const { deliveredThrough, rows } = await delivered(collector);
    expect(deliveredThrough).toBe(0n);
    expect(rows.map(({ count }) => count)).toEqual([1, 1]);
  });

  it('are complete before they become a transaction of any size, and tell their memory', () => {
    const collector = collecting(iotEvent);
    let offset = 0;
    while (!collector.isComplete && offset < 100_000) {
      const before = collector.bytes;
      collector.add(record(offset, minute, reading(`device-${offset}`, 20)));
      expect(collector.bytes).toBeGreaterThan(before);
      offset++;
    }
    expect(offset).toBeLessThan(100_000);
  });

  it('wait for the end of a minute and the lateness, a minute at most', () => {
    const collector = collecting(videoEvent);
    collector.add(record(0, minute));
    expect(collector.waitMs).toBeGreaterThan(0);
    expect(collector.waitMs).toBeLessThanOrEqual(60_000);
  });

  it('sum up to the events, wherever the partition is cut', async () => {
    const seed = Number(process.env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`PROPERTY_SEED=${seed}`);
    const draw = seededRandom(seed).below;
    for (let run = 0; run < 100; run++) {
      const events = Array.from({ length: 1 + draw(300) }, (_, offset) => {
        const device = `d-${draw(5)}`;
        const timeMs = minute + draw(5 * 60_000);
        const celsius = draw(400) / 8;
        return { device, timeMs, celsius, record: record(offset, timeMs, reading(device, celsius)) };
      });
      const rows: EventRate[] = [];
      let collector = collecting(iotEvent);
      for (const [index, event] of events.entries()) {
        collector.add(event.record);
        if (draw(20) > 0 && index < events.length - 1) continue;
        rows.push(...(await delivered(collector)).rows);
        collector = collecting(iotEvent);
      }
      const ids = rows.map(({ first_offset, measure, subject }) => `${first_offset} ${measure} ${subject}`);
      expect(new Set(ids).size).toBe(ids.length);
      const expected = Map.groupBy(events, ({ device, timeMs }) => `${device} ${Math.floor(timeMs / 60_000)}`);
      const temperatures = rows.filter(({ measure }) => measure === 'temp_celsius');
      const counted = Map.groupBy(
        temperatures,
        (row) => `${row.subject} ${Math.floor(new Date(row.minute).getTime() / 60_000)}`,
      );
      const sums = (of: Map<string, readonly { n: number; sum: number }[]>) =>
        [...of]
          .map(([key, parts]) => [
            key,
            parts.reduce((sum, { n }) => sum + n, 0),
            parts.reduce((sum, part) => sum + part.sum, 0),
          ])
          .sort();
      expect(
        sums(
          new Map([...counted].map(([key, some]) => [key, some.map(({ count: n, sum }) => ({ n, sum: sum ?? 0 }))])),
        ),
      ).toEqual(
        sums(new Map([...expected].map(([key, some]) => [key, some.map(({ celsius }) => ({ n: 1, sum: celsius }))]))),
      );
    }
  });
});
