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

const endOfAction = Buffer.from('}}\n');

/**
 * Writes the body for as many records as fit into `maxBytes`: at least one.
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
  let action = Buffer.alloc(0);
  for (const record of records) {
    const start = out.length;
    const index = indexOf(record.timestampMs);
    // Events of one batch mostly share their index.
    if (index !== lastIndex) {
      action = Buffer.from(`{"create":{"_index":${JSON.stringify(index)},"_id":`);
      lastIndex = index;
    }
    out.bytes(action);
    record.writeId(out);
    out.bytes(endOfAction);
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
