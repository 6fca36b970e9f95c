import type { Taps } from '@sluice/telemetry';
import type { Batch, Sink, Verdict } from '../contract/sink.ts';
import { tappedRecord, withVerdict } from './tapped-record.ts';

/** A sink that shows what it does to those who watch. Costs one look for each batch while no one does. */
export const tappedSink = (sink: Sink, app: string, taps: Taps): Sink => {
  const show = (batch: Batch, verdicts: readonly (Verdict | undefined)[], attempt: number, outputs?: number): void => {
    for (const [n, record] of batch.records.entries()) {
      const verdict = verdicts[n];
      // A sink that gives too few is stopped by the runtime.
      if (verdict === undefined) return;
      taps.show(() =>
        withVerdict(tappedRecord(record, { ...batch, app }, sink.sentAs ?? 'document'), {
          ...{ verdict: verdict.status, attempt },
          ...('reason' in verdict && { reason: verdict.reason }),
          ...(outputs !== undefined && { outputs }),
        }),
      );
    }
  };
  return {
    ...sink,
    async write(batch, context) {
      if (!taps.isOpen) return sink.write(batch, context);
      try {
        const result = await sink.write(batch, context);
        show(batch, result.verdicts, context.attempt, result.outputs?.length);
        return result;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const retry: Verdict = { status: 'retry', reason };
        show(
          batch,
          batch.records.map(() => retry),
          context.attempt,
        );
        throw error;
      }
    },
  };
};
