import {
  delivered,
  undecodable,
  type Batch,
  type Sink,
  type Verdict,
  type WriteContext,
  type WriteResult,
} from '../contract/sink.ts';

/** What a scripted sink does with a batch; undefined delivers all of it. */
export type Script = (
  batch: Batch,
  context: WriteContext,
) => Promise<WriteResult | undefined> | WriteResult | undefined;

/** A sink into memory that does as the test says. */
export interface ScriptedSink extends Sink {
  script: Script;
  /** Every call of `write`, in order. */
  readonly writes: { partition: number; offsets: bigint[]; attempt: number; ids: string[] }[];
  /** The offsets that got the verdict `delivered`, in order, by partition. */
  readonly delivered: Map<number, bigint[]>;
  opens: number;
  closes: number;
}

/** Delivers what can be read. */
export const readAll: Script = ({ records }) => ({
  verdicts: records.map((record): Verdict => {
    try {
      void record.value;
      return delivered;
    } catch (error) {
      return undecodable(error);
    }
  }),
});

export function scriptedSink(script: Script = () => undefined): ScriptedSink {
  const sink: ScriptedSink = {
    script,
    writes: [],
    delivered: new Map(),
    opens: 0,
    closes: 0,
    async open() {
      sink.opens++;
    },
    async write(batch, context) {
      const { partition, records } = batch;
      const offsets = records.map(({ offset }) => offset);
      sink.writes.push({ partition, offsets, attempt: context.attempt, ids: records.map(({ id }) => id) });
      const written = (await sink.script(batch, context)) ?? { verdicts: records.map(() => delivered) };
      const done = offsets.filter((_, index) => written.verdicts[index]?.status === 'delivered');
      sink.delivered.set(partition, [...(sink.delivered.get(partition) ?? []), ...done]);
      return written;
    },
    async close() {
      sink.closes++;
    },
  };
  return sink;
}
