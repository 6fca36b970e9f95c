import { MalformedAvro } from '@sluice/avro';
import { headerText } from '@sluice/kafka';
import {
  delivered,
  SinkContractViolation,
  undecodable,
  type OutputRecord,
  type Batch,
  type Sink,
  type SinkRecord,
  type Verdict,
} from '@sluice/sink';
import { describeError, traceHeader, withTrace } from '@sluice/telemetry';
import { Refused, type ProcessContext, type Processor } from './processor.ts';
import type { TopicOutput } from './topic-output.ts';

/**
 * A processor as a sink whose destination is a topic. Its outputs are published in the transaction that commits the batch, so `write`
 * itself writes nothing.
 *
 * @param options.continuesTraces whether an output gets the trace header of the record that it was made from
 */
export function processorSink<In, Out extends object>(
  processor: Processor<In, Out>,
  output: TopicOutput<Out>,
  { continuesTraces }: { continuesTraces: boolean },
): Sink<In> {
  /** All that comes of one event, or nothing of it. */
  const outputsOf = (record: SinkRecord<In>, { topic, partition }: Batch<In>): OutputRecord[] => {
    const { id, offset, timestamp, value } = record;
    const context: ProcessContext = { id, topic, partition, offset, timestamp };
    let made: Out | readonly Out[] | undefined;
    try {
      made = processor.process(value, context);
    } catch (error) {
      // Reading a field that holds what its type cannot hold throws MalformedAvro: see `Decoder`.
      if (error instanceof Refused || error instanceof MalformedAvro) throw error;
      const place = `${topic}-${partition} at offset ${offset}`;
      throw new SinkContractViolation(`cannot process ${place}: ${describeError(error)}`, { cause: error });
    }
    const events = made === undefined ? [] : isList(made) ? made : [made];
    const trace = continuesTraces ? headerText(record.headers, traceHeader) : undefined;
    return events.map((event) => (trace === undefined ? output.encode(event) : withTrace(output.encode(event), trace)));
  };

  return {
    outputTopics: [output.topic],
    unknownFields: 'what is made of the records is without them',
    open: (signal) => output.open(signal),
    async write(batch) {
      const outputs: OutputRecord[] = [];
      const verdicts = batch.records.map((record): Verdict => {
        try {
          outputs.push(...outputsOf(record, batch));
          return delivered;
        } catch (error) {
          if (error instanceof SinkContractViolation) throw error;
          if (error instanceof MalformedAvro) return undecodable(error);
          // Refused, or an event that does not fit the contract of the output.
          return { status: 'rejected', reason: describeError(error) };
        }
      });
      return { verdicts, outputs };
    },
    async close() {},
  };
}

const isList = <T extends object>(made: T | readonly T[]): made is readonly T[] => Array.isArray(made);
