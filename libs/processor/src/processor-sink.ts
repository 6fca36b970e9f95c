import { MalformedAvro } from '@sluice/avro';
import {
  delivered,
  SinkDefect,
  type Announcement,
  type Batch,
  type Sink,
  type SinkRecord,
  type Verdict,
} from '@sluice/sink';
import { describeError } from '@sluice/telemetry';
import { Refused, type ProcessContext, type Processor } from './processor.ts';
import type { TopicOutput } from './topic-output.ts';

/**
 * A processor as a sink whose destination is a topic. What it makes of a batch becomes true with the transaction that settles the
 * batch, so there is nothing to write before.
 */
export function processorSink<In, Out extends object>(
  processor: Processor<In, Out>,
  output: TopicOutput<Out>,
): Sink<In> {
  /** All that comes of one event, or nothing of it. */
  const outputs = (record: SinkRecord<In>, { topic, partition }: Batch<In>): Announcement[] => {
    const { id, offset, timestamp, value } = record;
    const context: ProcessContext = { id, topic, partition, offset, timestamp };
    let made: Out | readonly Out[] | undefined;
    try {
      made = processor.process(value, context);
    } catch (error) {
      // A field that holds what its type cannot says so when it is read: see `Decoder`.
      if (error instanceof Refused || error instanceof MalformedAvro) throw error;
      const place = `${topic}-${partition} at offset ${offset}`;
      throw new SinkDefect(`cannot process ${place}: ${describeError(error)}`, { cause: error });
    }
    const events = made === undefined ? [] : isList(made) ? made : [made];
    return events.map((event) => output.announce(event));
  };

  return {
    announces: [output.topic],
    unknownFields: 'what is made of the records is without them',
    open: (signal) => output.open(signal),
    async write(batch) {
      decodeAll(batch.records);
      const verdicts: Verdict[] = [];
      const announcements: Announcement[] = [];
      for (const record of batch.records) {
        try {
          announcements.push(...outputs(record, batch));
          verdicts.push(delivered);
        } catch (error) {
          if (error instanceof SinkDefect) throw error;
          // Refused, a value that cannot be held, or an event that does not fit the contract of the output.
          verdicts.push({ status: 'rejected', reason: describeError(error) });
        }
      }
      return { verdicts, announcements };
    },
    async close() {},
  };
}

const isList = <T extends object>(made: T | readonly T[]): made is readonly T[] => Array.isArray(made);

/** Finds all records that cannot be read before it throws: the runtime dead-letters those, and brings the others again. */
function decodeAll(records: readonly SinkRecord[]): void {
  const failures: unknown[] = [];
  for (const record of records) {
    try {
      void record.value;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
