import { setTimeout as delay } from 'node:timers/promises';
import { PartitionLost, type KafkaRecord } from '@sluice/kafka';
import { capturedLog } from '@sluice/kafka/testing';
import { createMetrics } from '@sluice/telemetry';
import { collectUnits } from '../collecting/collect-units.ts';
import type { CollectingSink } from '../contract/collector.ts';
import type { LazyRecord } from '../records/lazy-record.ts';
import { PartitionQueue } from '../partition/partition-queue.ts';
import type { CommitRequest } from '../partition/delivery.ts';
import { sinkMetrics } from '../sink-metrics.ts';
import { testRecords } from './test-records.ts';
import type { UnitMemory } from '../collecting/unit-memory.ts';
import { unitMetrics } from '../collecting/unit-metrics.ts';

const { contract, raw, record, brokenRecord } = testRecords();

/** What lies at one offset of a log. Of what is `gone` there is only the number, as of control records. */
export type Entry = 'good' | 'broken' | 'tombstone' | 'gone';

/** A partition's log and what was committed of it: Kafka as far as units have to do with it. */
export interface Log {
  readonly entries: Entry[];
  committed: number;
  /** The newest owner: whatever an older one commits is refused. */
  owner: number;
  readonly commits: CommitRequest[];
}

export const newLog = (entries: Entry[]): Log => ({ entries, committed: 0, owner: 0, commits: [] });

export interface Owner {
  /** What SIGKILL does, or the loss of the partition. */
  end(): void;
  readonly done: Promise<void>;
}

/** Lets a sink deliver a log's units, as a process does that has just been given the partition. */
export function own(
  log: Log,
  options: {
    sink: CollectingSink;
    memory: UnitMemory;
    /** How many offsets come with the next fetch. */
    fetchCount?: () => number;
    /** Called around a commit's effect. */
    around?: () => Promise<void>;
  },
): Owner {
  const { sink, memory, fetchCount = () => 5, around = async () => {} } = options;
  const self = ++log.owner;
  const end = new AbortController();
  const queue = new PartitionQueue({ batchRecords: 7, batchBytes: 1e9 }, () => {});
  let [position, generation] = [log.committed, 0];
  const fetching = async () => {
    while (!end.signal.aborted) {
      const [from, of] = [position, generation];
      const to = Math.min(log.entries.length, from + fetchCount());
      await delay(0);
      // A fetch that was under way at a seek is dropped.
      if (of !== generation) continue;
      position = to;
      const records: KafkaRecord[] = [];
      for (let offset = from; offset < to; offset++)
        if (log.entries[offset] !== 'gone') records.push(raw(offset, `id-${offset}`));
      if (to > from) queue.push(records, BigInt(to));
    }
  };
  const metrics = createMetrics('test');
  const { logger } = capturedLog();
  const done = collectUnits(
    sink,
    memory,
    unitMetrics(metrics, 'sink', memory),
  )({
    ...{ contract, partition: 0, queue, logger, metrics: sinkMetrics(metrics) },
    ...{ stop: end.signal, abort: end.signal },
    health: { failing: () => {}, recovered: () => {}, close: () => {} },
    onRescued: () => {},
    async resolveSchemas(records, firstSeen) {
      const readable: LazyRecord<unknown>[] = [];
      const rejected = [];
      for (const one of records) {
        const offset = Number(one.offset);
        const entry = log.entries[offset];
        if (entry === 'good') readable.push(record(offset));
        else if (entry === 'broken') readable.push(brokenRecord(offset));
        else
          rejected.push({ raw: one, reason: 'no value', errorClass: 'undecodable' as const, attempts: 1, firstSeen });
      }
      return { records: readable, rejected };
    },
    async commit(request) {
      await around();
      end.signal.throwIfAborted();
      if (log.owner !== self) throw new PartitionLost();
      log.commits.push(request);
      log.committed = Number(request.nextOffset);
      await around();
      end.signal.throwIfAborted();
    },
    rewind(offset) {
      queue.clear();
      position = Number(offset);
      generation++;
    },
  }).catch((error: unknown) => {
    if (!end.signal.aborted && !(error instanceof PartitionLost)) throw error;
  });
  void fetching();
  return {
    end: () => end.abort(new PartitionLost()),
    done: done.finally(() => end.abort()),
  };
}
