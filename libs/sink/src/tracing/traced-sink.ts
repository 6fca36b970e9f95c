import { describeError, type BatchSpan, type Tracing } from '@sluice/telemetry';
import type { Batch, Sink, WriteResult } from '../contract/sink.ts';
import { consumerAttributes, givenUp } from './span-attributes.ts';
import { TraceHeaders, tracedOutputs } from './trace-headers.ts';

/** A sink whose batches are spans, each from its first try to the verdict on its last record. */
export const tracedSink = (sink: Sink, tracing: Tracing): Sink => {
  /** By topic and partition, of which one batch at a time is written. */
  const open = new Map<string, BatchSpan>();

  const begin = (batch: Batch, key: string): BatchSpan => {
    open.get(key)?.end({}, givenUp);
    const traces = new TraceHeaders(tracing);
    for (const record of batch.records) {
      if (traces.isFull) break;
      traces.note(record);
    }
    const span = tracing.begin(`process ${batch.topic}`, {
      kind: 'consumer',
      attributes: { ...consumerAttributes(batch), 'messaging.batch.message_count': batch.records.length },
      from: traces.all,
    });
    open.set(key, span);
    return span;
  };

  return {
    ...sink,
    async write(batch, context) {
      const key = `${batch.topic}-${batch.partition}`;
      const span = (context.attempt > 1 ? open.get(key) : undefined) ?? begin(batch, key);
      try {
        const result = await sink.write(batch, context);
        if (isDecided(result)) {
          open.delete(key);
          span.end(counts(result, context.attempt));
        } else span.event('retry', { 'sluice.attempt': context.attempt, 'sluice.reason': retryReason(result) });
        return result.outputs === undefined
          ? result
          : { ...result, outputs: tracedOutputs(result.outputs, span.traceparent) };
      } catch (error) {
        if (context.signal.aborted) {
          open.delete(key);
          span.end({ 'sluice.attempts': context.attempt }, givenUp);
        } else span.event('retry', { 'sluice.attempt': context.attempt, 'sluice.reason': describeError(error) });
        throw error;
      }
    },
    async close() {
      for (const span of open.values()) span.end({}, givenUp);
      open.clear();
      await sink.close();
    },
  };
};

const isDecided = ({ verdicts }: WriteResult): boolean => verdicts.every(({ status }) => status !== 'retry');

const retryReason = ({ verdicts }: WriteResult): string => {
  const retried = verdicts.find((verdict) => verdict.status === 'retry');
  return retried?.reason ?? '';
};

/** Of the last try: records that an earlier one has decided are not in it. */
const counts = ({ verdicts }: WriteResult, attempts: number) => ({
  'sluice.attempts': attempts,
  'sluice.rejected': verdicts.filter(({ status }) => status === 'rejected').length,
});
