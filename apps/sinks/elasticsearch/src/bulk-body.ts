import { ByteWriter } from '@sluice/schemas';
import type { SinkRecord } from '@sluice/sink';

const lineBreak = 0x0a;

/** The bulk API's body for records that are created under their event ids. `end` of each record tells where it can be cut. */
export interface BulkBody {
  bytes: Buffer;
  /** The number of records it holds, from the first. */
  count: number;
}

/**
 * Writes the body for as many records as fit into `maxBytes`, at least one.
 *
 * @param indexOf the index of an event time
 */
export function bulkBody(
  records: readonly SinkRecord[],
  indexOf: (timeMs: number) => string,
  maxBytes: number,
): BulkBody {
  const out = new ByteWriter();
  let count = 0;
  for (const record of records) {
    const start = out.length;
    out.text(
      `{"create":{"_index":${JSON.stringify(indexOf(record.timestamp.getTime()))},"_id":${JSON.stringify(record.id)}}}\n`,
    );
    record.writeJson(out);
    out.byte(lineBreak);
    if (out.length > maxBytes && count > 0) {
      out.length = start;
      break;
    }
    count++;
  }
  return { bytes: out.written(), count };
}
