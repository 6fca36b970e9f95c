import type { ByteWriter } from '@sluice/schemas';
import type { SinkRecord } from '@sluice/sink';

const lineBreak = 0x0a;

/** Records for one request, in order, all of them of one event. */
export interface BulkPart {
  readonly records: readonly SinkRecord[];
  /** Says the index of an event time. */
  readonly event: { readonly indexOf: (timeMs: number) => string };
}

/** The bulk API's body for records that are created under their event ids. */
export interface BulkBody {
  /** A view of the writer's buffer: good until the writer is used again. */
  bytes: Buffer;
  /** The number of records that it holds of each part, from the first. */
  counts: number[];
}

const endOfAction = Buffer.from('}}\n');

/**
 * Writes the body for as many records as fit into `maxBytes`, from the first part on: at least one.
 *
 * @param out what it held is overwritten
 * @throws what `writeJson` throws for a record whose bytes do not fit their schema
 */
export function bulkBody(parts: readonly BulkPart[], maxBytes: number, out: ByteWriter): BulkBody {
  out.length = 0;
  const counts = parts.map(() => 0);
  for (const [part, { records, event }] of parts.entries()) {
    const count = append(records, event.indexOf, maxBytes, out);
    counts[part] = count;
    if (count < records.length) break;
  }
  return { bytes: out.written(), counts };
}

/** @returns how many fit behind what `out` holds; at least one where that is nothing */
function append(
  records: readonly SinkRecord[],
  indexOf: (timeMs: number) => string,
  maxBytes: number,
  out: ByteWriter,
): number {
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
    if (out.length > maxBytes && start > 0) {
      out.length = start;
      break;
    }
    count++;
  }
  return count;
}
