import type { Collected, CollectingSink, Collector } from '../contract/collector.ts';
import type { SinkRecord, WriteContext } from '../contract/sink.ts';

/** What a scripted collector is asked to deliver. */
interface ScriptedUnit {
  partition: number;
  records: readonly SinkRecord[];
  offsets: readonly bigint[];
}

/** What it does then; undefined delivers all of it. */
export type CollectingScript = (
  unit: ScriptedUnit,
  context: WriteContext,
) => Promise<Collected | undefined> | Collected | undefined;

/** A collecting sink into memory that does as the test says. */
export interface ScriptedCollectingSink extends CollectingSink {
  script: CollectingScript;
  /** A unit is complete with this many records. */
  unitRecords: number;
  waitMs: number;
  /** Whether a record belongs into another unit than those before it. */
  isCut: (record: SinkRecord, before: readonly SinkRecord[]) => boolean;
  /** Every call of `deliver`, in order. */
  readonly deliveries: { partition: number; offsets: bigint[]; attempt: number }[];
  /** The offsets that were delivered and not rejected, in order, by partition. */
  readonly delivered: Map<number, bigint[]>;
  /** The most bytes that were held together. */
  mostBytes: number;
  closes: number;
}

export function scriptedCollectingSink(script: CollectingScript = () => undefined): ScriptedCollectingSink {
  let heldBytes = 0;
  const sink: ScriptedCollectingSink = {
    script,
    unitRecords: Infinity,
    waitMs: 300,
    isCut: () => false,
    deliveries: [],
    delivered: new Map(),
    mostBytes: 0,
    closes: 0,
    async open() {},
    collect({ partition }) {
      const records: SinkRecord[] = [];
      let bytes = 0;
      const collector: Collector = {
        add(record) {
          if (records.length > 0 && sink.isCut(record, records)) return false;
          // Decoded when it is added, so that what cannot be read shows here.
          void record.value;
          records.push(record);
          bytes += record.avro.length;
          heldBytes += record.avro.length;
          sink.mostBytes = Math.max(sink.mostBytes, heldBytes);
          return true;
        },
        get bytes() {
          return bytes;
        },
        get isComplete() {
          return records.length >= sink.unitRecords;
        },
        get waitMs() {
          return sink.waitMs;
        },
        async deliver(context) {
          const offsets = records.map(({ offset }) => offset);
          sink.deliveries.push({ partition, offsets, attempt: context.attempt });
          const collected = (await sink.script({ partition, records, offsets }, context)) ?? {
            deliveredThrough: offsets.at(-1) ?? -1n,
          };
          if ('deliveredThrough' in collected) {
            heldBytes -= bytes;
            const rejected = new Set(collected.rejected?.map(({ record }) => record.offset));
            const done = offsets.filter((offset) => offset <= collected.deliveredThrough && !rejected.has(offset));
            sink.delivered.set(partition, [...(sink.delivered.get(partition) ?? []), ...done]);
          }
          return collected;
        },
      };
      return collector;
    },
    async close() {
      sink.closes++;
    },
  };
  return sink;
}

/** What several sinks write to: units named by their first record, made once, and adopted whole by whoever finds one there. */
export class ScriptedChain {
  readonly units = new Map<
    string,
    { partition: number; last: bigint; offsets: readonly bigint[]; ids: readonly string[] }
  >();

  /** Announces each unit to a topic, under its name. */
  script(announceTo: string): CollectingScript {
    return ({ partition, records, offsets }) => {
      const name = `${partition}/${offsets[0]}`;
      const ids = records.map(({ id }) => id);
      const unit = this.units.get(name) ?? { partition, last: offsets.at(-1) ?? -1n, offsets, ids };
      this.units.set(name, unit);
      const outputs = [{ topic: announceTo, key: name, value: Buffer.from(name) }];
      return { deliveredThrough: unit.last, outputs };
    };
  }

  /** The offsets in the units of a partition, ascending, each as often as it is there. */
  offsets(partition: number): bigint[] {
    const all = [...this.units.values()].filter((unit) => unit.partition === partition);
    return all.flatMap(({ offsets }) => offsets).toSorted((a, b) => Number(a - b));
  }
}
