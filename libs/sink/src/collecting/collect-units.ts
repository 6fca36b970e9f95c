import { setImmediate } from 'node:timers/promises';
import type { CollectingSink } from '../contract/collector.ts';
import type { DeliveredPartition, Delivery } from '../partition/delivery.ts';
import { deliverUnit } from './deliver-unit.ts';
import { noRecords, PendingRecords } from './pending-records.ts';
import type { MemoryShare, UnitMemory } from './unit-memory.ts';
import type { Ended, UnitMetrics } from './unit-metrics.ts';
import { Unit } from './unit.ts';

/** One partition whose records are collected. */
interface Collecting {
  readonly partition: DeliveredPartition;
  readonly memory: UnitMemory;
  readonly share: MemoryShare;
  /** Taken from the queue, and in no unit yet. */
  pending: PendingRecords;
}

/**
 * ```
 * ( take ▶ resolve schemas ▶ add, until full, time or memory ▶ deliver until it succeeds ▶ commit )*
 * ```
 *
 * One unit at a time (G7). The offset moves only from the end of one unit to the end of the next (G1, G2): a unit that is not committed
 * when the partition is lost or the process stops is dropped, and its records are read again.
 */
export const collectUnits =
  (sink: CollectingSink, memory: UnitMemory, metrics: UnitMetrics): Delivery =>
  async (partition) => {
    const { contract, queue } = partition;
    const { topic } = contract;
    const share = memory.share(() => queue.interrupt());
    const collecting: Collecting = { partition, memory, share, pending: noRecords };
    try {
      for (;;) {
        const unit = new Unit(() => sink.collect({ topic, partition: partition.partition, contract }));
        const ended = await gather(unit, collecting);
        if (ended === undefined) return;
        share.leave();
        if (unit.isEmpty) await partition.commit(unit.commitRequest());
        else {
          if (!(await deliver(unit, collecting))) return;
          metrics.units.inc({ topic, ended });
          metrics.records.observe({ topic }, unit.records);
        }
        share.release();
      }
    } finally {
      share.close();
    }
  };

/**
 * Adds records to a unit until it is to be delivered.
 *
 * @returns why it is to be delivered; undefined if the partition is to stop
 */
async function gather(unit: Unit, collecting: Collecting): Promise<Ended | undefined> {
  const { partition, memory, share } = collecting;
  const mayContinue = () => {
    share.hold(unit.bytes);
    return !memory.isFull && !share.isLeaving;
  };
  while (!partition.stop.aborted) {
    const ended = endOf(unit, collecting);
    if (ended !== undefined) return ended;
    if (memory.isFull) await partition.queue.waitIdle(partition.stop, unit.dueInMs);
    else if (collecting.pending.next === undefined) await takeMore(unit, collecting, unit.dueInMs);
    else unit.fill(collecting.pending, mayContinue);
  }
  return undefined;
}

/** Why the unit is to be delivered now, if it is. One with nothing but dead letters waits only for what was read with them. */
function endOf(unit: Unit, { share, pending }: Collecting): Ended | undefined {
  if (unit.isClosed) return 'full';
  if (unit.bytes > 0 && share.isLeaving) return 'memory';
  const isDue = unit.isEmpty ? unit.nextOffset >= 0n && pending.next === undefined : unit.dueInMs <= 0;
  return isDue ? 'time' : undefined;
}

async function takeMore(unit: Unit, collecting: Collecting, withinMs: number): Promise<void> {
  const { queue, stop, resolveSchemas } = collecting.partition;
  // The queue gives what it holds without waiting: the rest of the process gets its turn here.
  await setImmediate();
  const chunk = await queue.take(stop, withinMs);
  if (chunk === undefined) return;
  if (chunk.records.length === 0) return unit.pass(chunk.nextOffset);
  const firstSeen = new Date();
  const resolved = await resolveSchemas(chunk.records, firstSeen);
  // All of them were left out.
  if (resolved.records.length + resolved.rejected.length === 0) return unit.pass(chunk.nextOffset);
  collecting.pending = new PendingRecords(resolved, chunk.nextOffset, firstSeen);
}

/**
 * Delivers a unit and commits it.
 *
 * @returns false if the partition is to stop
 */
async function deliver(unit: Unit, collecting: Collecting): Promise<boolean> {
  const { partition } = collecting;
  const { collected, attempts } = await deliverUnit(unit, partition);
  if ('missingThrough' in collected) {
    const { missingThrough } = collected;
    const isThere = await reach(unit, missingThrough, collecting, (pending) =>
      unit.fillThrough(pending, missingThrough),
    );
    return isThere && deliver(unit, collecting);
  }
  const { deliveredThrough } = collected;
  const isSeen = await reach(unit, deliveredThrough, collecting, (pending) =>
    unit.skipThrough(pending, deliveredThrough),
  );
  if (!isSeen) return false;
  const request = unit.commitRequest(collected, attempts);
  await partition.commit(request);
  if (unit.isCutBy(collected)) {
    collecting.pending = noRecords;
    partition.rewind(request.nextOffset);
  }
  return true;
}

/**
 * Reads until the unit reaches beyond an offset, whatever memory that takes: the unit could not be committed otherwise.
 *
 * @returns false if the partition is to stop before that
 */
async function reach(
  unit: Unit,
  offset: bigint,
  collecting: Collecting,
  act: (pending: PendingRecords) => void,
): Promise<boolean> {
  while (!collecting.partition.stop.aborted && unit.nextOffset <= offset) {
    if (collecting.pending.next === undefined) await takeMore(unit, collecting, Infinity);
    else act(collecting.pending);
    collecting.share.hold(unit.bytes);
  }
  return unit.nextOffset > offset;
}
