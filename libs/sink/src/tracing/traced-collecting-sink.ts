import { describeError, type BatchSpan, type Tracing } from '@sluice/telemetry';
import { aroundCollector } from '../collecting/around-collector.ts';
import type { Collected, CollectingSink, Collector } from '../contract/collector.ts';
import type { WriteContext } from '../contract/sink.ts';
import { consumerAttributes, givenUp } from './span-attributes.ts';
import { TraceHeaders, tracedOutputs } from './trace-headers.ts';

/** A collecting sink whose units are spans, each from the first try to deliver it to its success. */
export const tracedCollectingSink = (sink: CollectingSink, tracing: Tracing): CollectingSink => ({
  ...sink,
  collect(unit) {
    const inner = sink.collect(unit);
    const traces = new TraceHeaders(tracing);
    let records = 0;
    let span: BatchSpan | undefined;
    const add: Collector['add'] = (record) => {
      const isAdded = inner.add(record);
      if (!isAdded) return false;
      records++;
      if (!traces.isFull) traces.note(record);
      return true;
    };
    const begin = () =>
      tracing.begin(`process ${unit.topic}`, {
        kind: 'consumer',
        attributes: { ...consumerAttributes(unit), 'messaging.batch.message_count': records },
        from: traces.all,
      });
    return aroundCollector(inner, {
      add,
      async deliver(context: WriteContext): Promise<Collected> {
        span ??= begin();
        const at = { 'sluice.attempt': context.attempt };
        try {
          const collected = await inner.deliver(context);
          if ('missingThrough' in collected) {
            span.event('more records are needed', { 'sluice.through': String(collected.missingThrough) });
            return collected;
          }
          const { outputs, rejected = [] } = collected;
          span.end({ 'sluice.attempts': context.attempt, 'sluice.rejected': rejected.length });
          return outputs === undefined
            ? collected
            : { ...collected, outputs: tracedOutputs(outputs, span.traceparent) };
        } catch (error) {
          if (context.signal.aborted) span.end(at, givenUp);
          else span.event('retry', { ...at, 'sluice.reason': describeError(error) });
          throw error;
        }
      },
    });
  },
});
