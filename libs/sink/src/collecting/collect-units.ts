import { setImmediate } from 'node:timers/promises';
import type { CollectingSink } from '../contract/collector.ts';
import { deliverUnit } from './deliver-unit.ts';
import type { Delivery } from '../partition/partition-worker.ts';
import { noRecords, PendingRecords } from './pending-records.ts';
import { Unit } from './unit.ts';
import type { UnitMemory } from './unit-memory.ts';
import type { Ended, UnitMetrics } from './unit-metrics.ts';

/**
 * ```
 * ( take ▶ read ▶ add, until full, time or memory ▶ deliver until it succeeds ▶ commit )*
 * ```
 *
 * One unit at a time (G7). The offset moves only from one end of a unit to the next (G1, G2): a unit that is not committed when the
 * partition is lost or the process stops is dropped, and comes again.
 */
export const collectUnits =
  (sink: CollectingSink, memory: UnitMemory, metrics: UnitMetrics): Delivery =>
  async (work) => {
    const { contract, partition, queue, stop } = work;
    const { topic } = contract;
    const collect = () => sink.collect({ topic, partition, contract });
    const share = memory.share(() => queue.interrupt());
    let pending = noRecords;

    const takeMore = async (withinMs: number): Promise<void> => {
      // What is there is taken without waiting: the rest of the process gets its turn here.
      await setImmediate();
      const chunk = await queue.take(stop, withinMs);
      if (chunk === undefined) return;
      const firstSeen = new Date();
      pending = new PendingRecords(await work.read(chunk.records, firstSeen), chunk.nextOffset, firstSeen);
    };

    /** Why the unit is to be delivered now, if it is. One with nothing but dead letters waits only for what was read with them. */
    const endOf = (unit: Unit): Ended | undefined => {
      if (unit.isClosed) return 'full';
      if (unit.bytes > 0 && share.isLeaving) return 'memory';
      const isDue = unit.isEmpty ? unit.nextOffset >= 0n && pending.next === undefined : unit.dueInMs <= 0;
      return isDue ? 'time' : undefined;
    };

    /** @returns undefined when it is to stop */
    const gather = async (unit: Unit): Promise<Ended | undefined> => {
      const mayGoOn = () => {
        share.hold(unit.bytes);
        return !memory.isFull && !share.isLeaving;
      };
      while (!stop.aborted) {
        const ended = endOf(unit);
        if (ended !== undefined) return ended;
        if (memory.isFull) await queue.waitIdle(stop, unit.dueInMs);
        else if (pending.next === undefined) await takeMore(unit.dueInMs);
        else unit.fill(pending, mayGoOn);
      }
      return undefined;
    };

    /** Acts on what is read until the unit reaches beyond an offset, whatever the memory: it could not be committed otherwise. */
    const reach = async (unit: Unit, offset: bigint, act: () => void): Promise<boolean> => {
      while (!stop.aborted && unit.nextOffset <= offset) {
        if (pending.next === undefined) await takeMore(Infinity);
        else act();
        share.hold(unit.bytes);
      }
      return unit.nextOffset > offset;
    };

    /** @returns false when it is to stop */
    const deliver = async (unit: Unit): Promise<boolean> => {
      const { collected, attempts } = await deliverUnit(unit, work);
      if ('missingThrough' in collected) {
        const { missingThrough } = collected;
        const isThere = await reach(unit, missingThrough, () => unit.fillThrough(pending, missingThrough));
        return isThere && deliver(unit);
      }
      const { deliveredThrough } = collected;
      if (!(await reach(unit, deliveredThrough, () => unit.passOver(pending, deliveredThrough)))) return false;
      const request = unit.commitRequest(collected, attempts);
      await work.commit(request);
      if (unit.isCutBy(collected)) {
        pending = noRecords;
        work.rewind(request.nextOffset);
      }
      return true;
    };

    try {
      for (;;) {
        const unit = new Unit(collect);
        const ended = await gather(unit);
        if (ended === undefined) return;
        share.leave();
        if (unit.isEmpty) await work.commit(unit.commitRequest());
        else {
          if (!(await deliver(unit))) return;
          metrics.units.inc({ topic, ended });
          metrics.records.observe({ topic }, unit.records);
        }
        share.release();
      }
    } finally {
      share.close();
    }
  };
