import type { ByteWriter } from '@sluice/avro';
import { undecodable, type SinkRecord, type Verdict } from '@sluice/sink';

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
  /** The number of records of each part that it holds or that are undecodable, from the first. */
  counts: number[];
  /** The verdicts on records that cannot be read: the body is without them. */
  undecodable: ReadonlyMap<SinkRecord, Verdict>;
}

const endOfAction = Buffer.from('}}\n');

/**
 * Writes the body for as many records as fit into `maxBytes`, from the first part on: at least one.
 *
 * @param out what it held is overwritten
 */
export function bulkBody(parts: readonly BulkPart[], maxBytes: number, out: ByteWriter): BulkBody {
  out.length = 0;
  const counts = parts.map(() => 0);
  const unread = new Map<SinkRecord, Verdict>();
  for (const [part, { records, event }] of parts.entries()) {
    const count = append(records, event.indexOf, maxBytes, out, unread);
    counts[part] = count;
    if (count < records.length) break;
  }
  return { bytes: out.written(), counts, undecodable: unread };
}

/** @returns how many fit behind what `out` holds; at least one where that is nothing */
function append(
  records: readonly SinkRecord[],
  indexOf: (timeMs: number) => string,
  maxBytes: number,
  out: ByteWriter,
  unread: Map<SinkRecord, Verdict>,
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
    try {
      record.writeJson(out);
      out.byte(lineBreak);
    } catch (error) {
      unread.set(record, undecodable(error));
      out.length = start;
    }
    if (out.length > maxBytes && start > 0) {
      out.length = start;
      break;
    }
    count++;
  }
  return count;
}
