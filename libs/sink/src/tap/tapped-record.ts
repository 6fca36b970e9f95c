import { ByteWriter, MalformedAvro } from '@sluice/avro';
import type { EventContract, JsonForm } from '@sluice/contracts';
import type { SinkRecord } from '../contract/sink.ts';

/** What became of a record, as a tap shows it. */
export interface TappedVerdict {
  verdict: 'delivered' | 'retry' | 'rejected';
  reason?: string;
  attempt: number;
  /** How many records were published with its batch or unit. */
  outputs?: number;
}

/**
 * A record as it was read, and as it was sent, without the closing brace, so that its verdict can follow when that is known. Numbers keep
 * all their digits.
 *
 * @param form the form in which the sink sends it
 */
export function tappedRecord(
  record: SinkRecord,
  place: { app: string; topic: string; partition: number; contract: EventContract },
  form: JsonForm,
): string {
  const { app, topic, partition } = place;
  const { offset, id, timestamp, key, schema } = record;
  const fields = JSON.stringify({
    ...{ app, topic, partition, offset: String(offset), id, time: timestamp.toISOString() },
    ...{ key: key?.toString() ?? null, schemaId: schema.id },
  });
  const read = jsonOf((out) => void schema.writeJson(record.avro, out));
  const sent = jsonOf((out) => record.writeJson(out, form));
  return `${fields.slice(0, -1)},"read":${read},"sent":${sent}`;
}

/** Ends what `tappedRecord` began. */
export const withVerdict = (tapped: string, verdict: TappedVerdict): string =>
  `${tapped},${JSON.stringify(verdict).slice(1)}`;

function jsonOf(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter();
  try {
    write(out);
    return out.written().toString();
  } catch (error) {
    if (!(error instanceof MalformedAvro)) throw error;
    return 'null';
  }
}
