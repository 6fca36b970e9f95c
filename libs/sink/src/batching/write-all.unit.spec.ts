import type { AssignedPartition } from '@sluice/kafka';
import { capturedLog } from '@sluice/kafka/testing';
import { createMetrics } from '@sluice/telemetry';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LazyRecord } from '../records/lazy-record.ts';
import { readAll, scriptedSink, type Script } from '../testing/scripted-sink.ts';
import { sinkMetrics } from '../sink-metrics.ts';
import { delivered, type Verdict } from '../contract/sink.ts';
import { partitionHealth } from '../partition/partition-health.ts';
import { testRecords } from '../testing/test-records.ts';
import { SinkContractViolation } from '../contract/sink-contract-violation.ts';
import { writeAll } from './write-all.ts';

const { contract, record, brokenRecord } = testRecords();
const retry: Verdict = { status: 'retry', reason: 'busy' };
const rejected: Verdict = { status: 'rejected', reason: 'mapping' };
const offsets = (records: readonly { raw: { offset: bigint } }[]) => records.map(({ raw }) => Number(raw.offset));

// The waits between tries are random and grow: the tests choose the luck.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  return () => vi.restoreAllMocks();
});

function writing(script: Script, records: readonly LazyRecord<unknown>[], signal = new AbortController().signal) {
  const sink = scriptedSink(script);
  const { logger, lines } = capturedLog();
  const destination: (string | undefined)[] = [];
  const assigned: AssignedPartition = {
    ...{ topic: contract.topic, partition: 0, lost: signal, start: () => {}, pause: () => {}, resume: () => {} },
    ...{ committed: async () => 0n, commit: async () => {} },
  };
  const health = partitionHealth(assigned, (_, problem) => void destination.push(problem), logger);
  const metrics = sinkMetrics(createMetrics('test'));
  const rescued: (readonly string[])[] = [];
  const onRescued = (fields: readonly string[]) => void rescued.push(fields);
  const partition = { contract, partition: 0, abort: signal, metrics, health, onRescued };
  const outcome = writeAll(sink, records, partition, new Date());
  const tries = () => sink.writes.map(({ offsets: of, attempt }) => [attempt, of.map(Number)]);
  return { outcome, tries, lines, destination, sink, rescued };
}

/** Gives the verdicts of the first, second … try. */
const verdicts =
  (...tries: Verdict[][]): Script =>
  (_, { attempt }) => ({ verdicts: tries[attempt - 1] ?? [] });

describe('writing until all is committed', () => {
  it('writes only the records again that are still open', async () => {
    const script = verdicts([delivered, retry, rejected, retry], [retry, delivered], [rejected]);
    const { outcome, tries, destination, lines } = writing(script, [0, 1, 2, 3].map(record));
    const { delivered: done, rejected: dead } = await outcome;
    expect(tries()).toEqual([
      [1, [0, 1, 2, 3]],
      [2, [1, 3]],
      [3, [1]],
    ]);
    expect(offsets(done)).toEqual([0, 3]);
    expect(
      dead.map(({ raw, reason, errorClass, attempts, schemaId }) => [
        Number(raw.offset),
        reason,
        errorClass,
        attempts,
        schemaId,
      ]),
    ).toEqual([
      [2, 'mapping', 'refused', 1, 1],
      [1, 'mapping', 'refused', 3, 1],
    ]);
    expect(destination).toEqual(['busy', 'busy', undefined]);
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('writes all again after an error, without rejecting anything', async () => {
    const script: Script = (_, { attempt }) => {
      if (attempt < 30) throw new Error('connection refused');
      return undefined;
    };
    const { outcome, tries, lines } = writing(script, [0, 1].map(record));
    expect((await outcome).rejected).toEqual([]);
    expect(tries()).toEqual(Array.from({ length: 30 }, (_, n) => [n + 1, [0, 1]]));
    expect(lines).toHaveLength(2);
  });

  it.each([
    ['too few', [delivered]],
    ['too many', [delivered, delivered, delivered]],
    ['unheard-of', [delivered, { status: 'maybe' } as unknown as Verdict]],
  ])('stops at %s verdicts', async (_, wrong) => {
    await expect(writing(verdicts(wrong), [0, 1].map(record)).outcome).rejects.toThrow(SinkContractViolation);
  });

  it('rejects a record alone whose bytes cannot be read', async () => {
    const { outcome, tries, destination } = writing(readAll, [record(0), brokenRecord(1), record(2), brokenRecord(3)]);
    const { delivered: done, rejected: dead } = await outcome;
    expect(offsets(done)).toEqual([0, 2]);
    expect(dead.map(({ raw, errorClass }) => [Number(raw.offset), errorClass])).toEqual([
      [1, 'undecodable'],
      [3, 'undecodable'],
    ]);
    expect(tries()).toEqual([[1, [0, 1, 2, 3]]]);
    expect(destination).toEqual([undefined]);
  });

  it('stops at a sink that lets a record that cannot be read fail the whole write', async () => {
    const script: Script = ({ records }) => void records.map(({ value }) => value);
    await expect(writing(script, [record(0), brokenRecord(1)]).outcome).rejects.toThrow(SinkContractViolation);
  });

  it('waits longer from try to try', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.1);
    const times: number[] = [];
    const script: Script = (_, { attempt }) => {
      times.push(performance.now());
      return { verdicts: [attempt < 4 ? retry : delivered] };
    };
    await writing(script, [record(0)]).outcome;
    const waits = times.slice(1).map((time, n) => time - (times[n] ?? 0));
    // A tenth of 200, 400 and 800 ms, and a millisecond by which a timer may be early.
    for (const [n, least] of [19, 39, 79].entries()) expect(waits[n]).toBeGreaterThanOrEqual(least);
  });

  it('ends at once with the abort reason, in a wait and before a write', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const stop = new AbortController();
    const reason = new Error('lost');
    const { outcome, tries, destination } = writing(verdicts([retry]), [record(0)], stop.signal);
    await vi.waitFor(() => expect(destination).toEqual(['busy']));
    stop.abort(reason);
    await expect(outcome).rejects.toBe(reason);
    expect(tries()).toHaveLength(1);
    const never = writing(() => undefined, [record(0)], stop.signal);
    await expect(never.outcome).rejects.toBe(reason);
    expect(never.tries()).toEqual([]);
  });

  it('ends with the abort reason where an abandoned write throws something else', async () => {
    const stop = new AbortController();
    const reason = new Error('lost');
    const script: Script = () => {
      stop.abort(reason);
      throw new Error('request aborted');
    };
    const { outcome, destination } = writing(script, [record(0)], stop.signal);
    await expect(outcome).rejects.toBe(reason);
    expect(destination).toEqual([]);
  });

  it('keeps all output records', async () => {
    const outputRecord = (key: string) => ({ topic: 'objects', key, value: Buffer.from(key) });
    const script: Script = (_, { attempt }) =>
      attempt === 1
        ? { verdicts: [delivered, retry], outputs: [outputRecord('a')] }
        : { verdicts: [delivered], outputs: [outputRecord('b')] };
    const { outputs } = await writing(script, [0, 1].map(record)).outcome;
    expect(outputs.map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('asks the sink nothing where there is nothing to write', async () => {
    const { outcome, tries } = writing(() => undefined, []);
    expect((await outcome).delivered).toEqual([]);
    expect(tries()).toEqual([]);
  });
});
