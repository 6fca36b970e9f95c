import type { BatchSpan, Tracing } from '@sluice/telemetry';
import { describe, expect, it } from 'vitest';
import type { Collected, CollectingSink } from '../contract/collector.ts';
import type { OutputRecord, Sink, SinkRecord, WriteResult } from '../contract/sink.ts';
import { testRecords } from '../testing/test-records.ts';
import { tracedCollectingSink } from './traced-collecting-sink.ts';
import { tracedSink } from './traced-sink.ts';

const header = (trace: number, flags = '01') => `00-${String(trace).padStart(32, '0')}-${'1'.repeat(16)}-${flags}`;
const ownHeader = header(99);

/** Remembers spans in place of a collector. */
function remembered() {
  const spans: { name: string; from: readonly string[]; events: string[]; end?: object; failure?: string }[] = [];
  const tracing: Tracing = {
    begin(name, { from = [] }): BatchSpan {
      const span: (typeof spans)[number] = { name, from, events: [] };
      spans.push(span);
      return {
        traceparent: ownHeader,
        event: (what) => void span.events.push(what),
        end(attributes, failure) {
          span.end = attributes;
          if (failure !== undefined) span.failure = failure;
        },
      };
    },
    isSampled: (text) => text.endsWith('01'),
    close: async () => {},
  };
  return { spans, tracing };
}

const { contract, record } = testRecords();
const traced = (offset: number, traceparent?: string): SinkRecord => {
  const plain = record(offset);
  return Object.create(plain, { headers: { value: traceparent === undefined ? {} : { traceparent } } }) as SinkRecord;
};
const batch = (...headers: (string | undefined)[]) => ({
  ...{ topic: 'tests', partition: 3, contract },
  records: headers.map((text, offset) => traced(offset, text)),
});
const context = (attempt = 1, signal = new AbortController().signal) => ({ attempt, signal });

const writing = (...results: (WriteResult | Error)[]): Sink => ({
  open: async () => {},
  close: async () => {},
  async write() {
    const result = results.shift() ?? new Error('no more');
    if (result instanceof Error) throw result;
    return result;
  },
});
const delivered: WriteResult = { verdicts: [{ status: 'delivered' }] };

describe('a batch', () => {
  it('is one span that links to the recorded traces of its records, each once', async () => {
    const { spans, tracing } = remembered();
    const records = batch(header(1), header(1), undefined, header(2, '00'), header(3));
    await tracedSink(writing(delivered), tracing).write(records, context());
    expect(spans).toMatchObject([{ name: 'process tests', from: [header(1), header(3)] }]);
    expect(spans[0]?.end).toEqual({ 'sluice.attempts': 1, 'sluice.rejected': 0 });
  });

  it('has a bounded number of links', async () => {
    const { spans, tracing } = remembered();
    const many = Array.from({ length: 5_000 }, (_, n) => header(n));
    await tracedSink(writing(delivered), tracing).write(batch(...many), context());
    expect(spans[0]?.from).toHaveLength(32);
  });

  it('is one span with an event for each try', async () => {
    const { spans, tracing } = remembered();
    const sink = tracedSink(
      writing(new Error('down'), { verdicts: [{ status: 'retry', reason: 'busy' }] }, delivered),
      tracing,
    );
    await expect(sink.write(batch(header(1)), context(1))).rejects.toThrow('down');
    await sink.write(batch(header(1)), context(2));
    expect(spans[0]?.end).toBeUndefined();
    await sink.write(batch(header(1)), context(3));
    expect(spans).toMatchObject([{ events: ['retry', 'retry'], end: { 'sluice.attempts': 3 } }]);
  });

  it('ends as failed when it is given up, and when the sink closes', async () => {
    const { spans, tracing } = remembered();
    const stop = new AbortController();
    const sink = tracedSink(writing(new Error('stopped'), new Error('down')), tracing);
    stop.abort();
    await expect(sink.write(batch(header(1)), context(1, stop.signal))).rejects.toThrow('stopped');
    await expect(sink.write(batch(header(2)), context(1))).rejects.toThrow('down');
    await sink.close();
    expect(spans.map(({ failure }) => failure)).toEqual([
      expect.stringContaining('partition was lost'),
      expect.stringContaining('partition was lost'),
    ]);
  });

  it('gives its outputs its trace, or leaves them in that of their record', async () => {
    const output = (traceparent?: string): OutputRecord => ({
      ...{ topic: 'to', key: null, value: Buffer.from('x') },
      ...(traceparent !== undefined && { headers: { traceparent } }),
    });
    const sameTrace = ownHeader.replace('1'.repeat(16), '2'.repeat(16));
    const { tracing } = remembered();
    const outputs = [output(), output(header(5)), output(sameTrace)];
    const sink = tracedSink(writing({ ...delivered, outputs }), tracing);
    const result = await sink.write(batch(header(5)), context());
    expect(result.outputs?.map(({ headers }) => headers?.['traceparent'])).toEqual([ownHeader, header(5), ownHeader]);
  });
});

describe('a unit', () => {
  const collecting = (...outcomes: (Collected | Error)[]): CollectingSink => ({
    open: async () => {},
    close: async () => {},
    collect: () => ({
      ...{ bytes: 1, isComplete: false, waitMs: 0, add: ({ offset }) => offset < 2n },
      async deliver() {
        const outcome = outcomes.shift() ?? new Error('no more');
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    }),
  });
  const unit = { topic: 'tests', partition: 3, contract };

  it('is one span from its first try to its success, and gives its outputs its trace', async () => {
    const { spans, tracing } = remembered();
    const outputs = [{ topic: 'objects', key: null, value: Buffer.from('x') }];
    const sink = tracedCollectingSink(collecting(new Error('down'), { deliveredThrough: 1n, outputs }), tracing);
    const collector = sink.collect(unit);
    expect([traced(0, header(1)), traced(1, header(2)), traced(2, header(3))].map((one) => collector.add(one))).toEqual(
      [true, true, false],
    );
    await expect(collector.deliver(context(1))).rejects.toThrow('down');
    const collected = await collector.deliver(context(2));
    expect(spans).toMatchObject([{ from: [header(1), header(2)], events: ['retry'], end: { 'sluice.attempts': 2 } }]);
    expect('outputs' in collected && collected.outputs?.[0]?.headers).toEqual({ traceparent: ownHeader });
  });
});
