import { ByteWriter } from '@sluice/avro';
import { undecodable, type SinkRecord, type Verdict } from '@sluice/sink';

/** What one record is in a batch: its line for COPY, or why it cannot be read. */
type Part = { readonly from: number; readonly to: number } | { readonly verdict: Verdict };

/** A batch as lines for COPY, of which any stretch of records can be taken. */
export interface BatchLines {
  readonly records: readonly SinkRecord[];
  readonly parts: readonly Part[];
  readonly bytes: Buffer;
}

/** Characters that JSON escapes, so that they occur in no field: no field needs quotes. */
const separator = 0x02;
export const copyOptions = `(FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', ESCAPE E'\\x01')`;

/** The columns of a line: the record's offset, its id and its event as JSON, and its time. */
export const stagingColumns = 'place bigint, id json, at timestamptz, event json';

const endOfLine = 0x0a;

/** Writes the lines of a batch. */
export function batchLines(records: readonly SinkRecord[]): BatchLines {
  const out = new ByteWriter();
  const parts = records.map((record): Part => {
    const from = out.length;
    try {
      out.text(String(record.offset));
      out.byte(separator);
      record.writeId(out);
      out.byte(separator);
      out.text(timeText(record.timestampMs));
      out.byte(separator);
      record.writeJson(out, 'sql row');
      out.byte(endOfLine);
      return { from, to: out.length };
    } catch (error) {
      out.length = from;
      return { verdict: undecodable(error) };
    }
  });
  return { records, parts, bytes: out.written() };
}

const lastOfCalendar = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The event time for PostgreSQL; beyond the years of four digits it is an infinity. */
function timeText(ms: number): string {
  if (ms > lastOfCalendar) return 'infinity';
  const text = new Date(ms).toISOString();
  return text.startsWith('-') || text.startsWith('0000') ? '-infinity' : text;
}
