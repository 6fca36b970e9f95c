import type { Taps } from '@sluice/telemetry';
import { aroundCollector } from '../collecting/around-collector.ts';
import type { Collected, CollectingSink, Collector } from '../contract/collector.ts';
import type { WriteContext } from '../contract/sink.ts';
import { tappedRecord, withVerdict } from './tapped-record.ts';

/** Of one unit, which may have a hundred thousand. */
const mostRecords = 20;

/** A collecting sink that shows the first records of each unit to those who watch, once the unit has its outcome. */
export const tappedCollectingSink = (sink: CollectingSink, app: string, taps: Taps): CollectingSink => ({
  ...sink,
  collect(unit) {
    const inner = sink.collect(unit);
    const kept: { offset: bigint; text: string }[] = [];
    let others = 0;
    const add: Collector['add'] = (record) => {
      const isAdded = inner.add(record);
      if (!isAdded || !taps.isOpen) return isAdded;
      // Its bytes are a view of the fetch: the text is made now.
      if (kept.length < mostRecords)
        kept.push({ offset: record.offset, text: tappedRecord(record, { ...unit, app }, sink.sentAs ?? 'document') });
      else others++;
      return isAdded;
    };
    const show = (attempt: number, outcome: Collected | Error): void => {
      const last = kept.at(-1);
      for (const one of kept) {
        const verdict = verdictOf(one.offset, outcome);
        if (verdict !== undefined)
          taps.show(() => withVerdict(one.text, { ...verdict, attempt }), one === last ? 1 + others : 1);
      }
    };
    return aroundCollector(inner, {
      add,
      async deliver(context: WriteContext) {
        try {
          const collected = await inner.deliver(context);
          show(context.attempt, collected);
          return collected;
        } catch (error) {
          show(context.attempt, error instanceof Error ? error : new Error(String(error)));
          throw error;
        }
      },
    });
  },
});

/** @returns undefined for a record that is not decided yet */
function verdictOf(offset: bigint, outcome: Collected | Error) {
  if (outcome instanceof Error) return { verdict: 'retry' as const, reason: outcome.message };
  if ('missingThrough' in outcome || offset > outcome.deliveredThrough) return undefined;
  const rejected = outcome.rejected?.find(({ record }) => record.offset === offset);
  if (rejected !== undefined) return { verdict: 'rejected' as const, reason: rejected.reason };
  return { verdict: 'delivered' as const, outputs: outcome.outputs?.length ?? 0 };
}
