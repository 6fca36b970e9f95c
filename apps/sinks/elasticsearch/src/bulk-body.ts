import type { ByteWriter } from '@sluice/schemas';
import type { SinkRecord } from '@sluice/sink';

const lineBreak = 0x0a;

/** The bulk API's body for records that are created under their event ids. */
export interface BulkBody {
  /** A view of the writer's buffer: good until the writer is used again. */
  bytes: Buffer;
  /** The number of records it holds, from the first. */
  count: number;
}

/**
 * Writes the body for as many records as fit into `maxBytes`, at least one.
 *
 * @param indexOf the index of an event time
 * @param out what it held is overwritten
 * @throws what `writeJson` throws for a record whose bytes do not fit their schema
 */
export function bulkBody(
  records: readonly SinkRecord[],
  indexOf: (timeMs: number) => string,
  maxBytes: number,
  out: ByteWriter,
): BulkBody {
  out.length = 0;
  let count = 0;
  let lastIndex: string | undefined;
  let action = '';
  for (const record of records) {
    const start = out.length;
    const index = indexOf(record.timestamp.getTime());
    // Events of one batch mostly share their index.
    if (index !== lastIndex) {
      action = `{"create":{"_index":${JSON.stringify(index)},"_id":`;
      lastIndex = index;
    }
    out.text(`${action}${JSON.stringify(record.id)}}}\n`);
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
