import { MalformedAvro } from '@sluice/avro';
import type { Batch, SinkRecord } from '@sluice/sink';
import { SinkContractViolation } from '@sluice/sink';
import { testContract } from '@sluice/testkit';
import { describe, expect, it } from 'vitest';
import { Refused, type ProcessContext, type Processor } from './processor.ts';
import { processorSink } from './processor-sink.ts';
import type { TopicOutput } from './topic-output.ts';

interface Made {
  text: string;
}

/** An output that keeps the events as they are, and takes none without text. */
const output: TopicOutput<Made> = {
  topic: 'to',
  open: async () => {},
  encode({ text }) {
    if (text === '') throw new TypeError('the event does not fit its contract in text');
    return { topic: 'to', key: null, value: Buffer.from(text) };
  },
};

/** Records of texts, with what is looked at of them; an undefined one cannot be read. */
function batch(texts: readonly (string | undefined)[], onRead = (_offset: number) => {}): Batch<string> {
  const records = texts.map((text, offset) => {
    const seen: Partial<SinkRecord<string>> = {
      id: `r-${offset}`,
      offset: BigInt(offset),
      timestamp: new Date(1_000 + offset),
      timestampMs: 1_000 + offset,
      get value() {
        onRead(offset);
        if (text === undefined) throw new MalformedAvro('does not fit');
        return text;
      },
    };
    return seen as SinkRecord<string>;
  });
  return { topic: 'from', partition: 7, contract: testContract('from'), records };
}

const context = { signal: new AbortController().signal, attempt: 1 };
const written = async (process: Processor<string, Made>['process'], texts: readonly (string | undefined)[]) => {
  const { verdicts, outputs = [] } = await processorSink({ process }, output, { continuesTraces: false }).write(
    batch(texts),
    context,
  );
  return {
    verdicts: verdicts.map((verdict) => (verdict.status === 'delivered' ? verdict.status : verdict.reason)),
    made: outputs.map(({ value }) => value.toString()),
  };
};

describe('a processor as a sink', () => {
  it('makes records of what comes of each event, in order: one, several or none', async () => {
    const split = (text: string) => (text === '-' ? undefined : text.split(',').map((part) => ({ text: part })));
    expect(await written(split, ['a', 'b,c', '-', 'd'])).toEqual({
      verdicts: ['delivered', 'delivered', 'delivered', 'delivered'],
      made: ['a', 'b', 'c', 'd'],
    });
  });

  it('rejects an event that the processor refuses, and only that', async () => {
    const refuse = (text: string) => {
      if (text === 'bad') throw new Refused('its text is bad');
      return { text };
    };
    expect(await written(refuse, ['a', 'bad', 'b'])).toEqual({
      verdicts: ['delivered', 'its text is bad', 'delivered'],
      made: ['a', 'b'],
    });
  });

  it('rejects an event of which it reads a value that cannot be held, and only that', async () => {
    const read = (text: string) => {
      if (text === 'wide') throw new MalformedAvro('R.count is a whole number or a time too large to be held exactly');
      return { text };
    };
    expect((await written(read, ['a', 'wide'])).verdicts).toEqual(['delivered', expect.stringContaining('R.count')]);
  });

  it('makes nothing of an event of which one part does not fit', async () => {
    const process = (text: string) => text.split(',').map((part) => ({ text: part }));
    expect(await written(process, ['a,,b'])).toEqual({
      verdicts: ['the event does not fit its contract in text'],
      made: [],
    });
  });

  it('tells the processor where an event comes from', async () => {
    const contexts: ProcessContext[] = [];
    await written((_, from) => void contexts.push(from), ['a', 'b']);
    expect(contexts[1]).toEqual({ id: 'r-1', topic: 'from', partition: 7, offset: 1n, timestamp: new Date(1_001) });
  });

  it('takes anything else that is thrown for a defect, and says where', async () => {
    const broken = () => {
      throw new RangeError('a defect');
    };
    const failure = await written(broken, ['a']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SinkContractViolation);
    expect(String(failure)).toContain('from-7 at offset 0: a defect');
  });

  it('rejects all events that cannot be read, in one pass', async () => {
    const read: number[] = [];
    const sink = processorSink<string, Made>({ process: (text) => ({ text }) }, output, {
      continuesTraces: false,
    });
    const { verdicts, outputs } = await sink.write(
      batch(['a', undefined, 'b', undefined], (offset) => void read.push(offset)),
      context,
    );
    const undecodable = { status: 'rejected', reason: 'does not fit', errorClass: 'undecodable' };
    expect(verdicts).toEqual([{ status: 'delivered' }, undecodable, { status: 'delivered' }, undecodable]);
    expect(outputs?.map(({ value }) => value.toString())).toEqual(['a', 'b']);
    expect(read).toEqual([0, 1, 2, 3]);
  });
});

describe('the trace of a record', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const outputsOf = async (continuesTraces: boolean) => {
    const { records, ...rest } = batch(['a', 'b']);
    const traced = records.map((record, n) => ({ ...record, value: 'x', headers: n === 0 ? { traceparent } : {} }));
    const sink = processorSink<string, Made>({ process: (text) => ({ text }) }, output, { continuesTraces });
    const { outputs = [] } = await sink.write({ ...rest, records: traced }, context);
    return outputs.map(({ headers }) => headers?.['traceparent']);
  };

  it('continues in what is made of its record', async () =>
    expect(await outputsOf(true)).toEqual([traceparent, undefined]));
  it('ends where nothing is traced', async () => expect(await outputsOf(false)).toEqual([undefined, undefined]));
});
