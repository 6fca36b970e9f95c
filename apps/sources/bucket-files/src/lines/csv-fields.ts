import { parse } from 'csv-parse/sync';
import type { Line } from './split-lines.ts';

/** How the fields of a line are separated. */
export interface CsvForm {
  separator: string;
  /** One character. */
  quote: string;
}

/** The fields of one line, or why it has none. */
export type Fields = readonly string[] | { reason: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The fields of lines, one result for each. They are parsed together, and one by one only where one of them is wrong. */
export function csvFields(lines: readonly Line[], form: CsvForm): Fields[] {
  const texts = lines.map(({ bytes }) => textOf(bytes));
  const readable = texts.filter((text) => typeof text === 'string');
  const together = parsed(readable.join('\n'), form);
  const rows =
    Array.isArray(together) && together.length === readable.length
      ? together
      : readable.map((text): Fields => {
          const alone = parsed(text, form);
          if (!Array.isArray(alone)) return alone;
          return alone.length === 1 ? (alone[0] ?? []) : { reason: 'the line is not one line of CSV' };
        });
  let at = 0;
  return texts.map((text): Fields => (typeof text === 'string' ? (rows[at++] ?? []) : text));
}

function textOf(bytes: Buffer): string | { reason: string } {
  if (bytes.includes(0)) return { reason: 'the line has zero bytes, as UTF-16 has: only UTF-8 is read' };
  try {
    return utf8.decode(bytes);
  } catch {
    return { reason: 'the line is not UTF-8' };
  }
}

/** @returns the rows, or why the text has none */
function parsed(text: string, { separator, quote }: CsvForm): string[][] | { reason: string } {
  try {
    return parse(text, {
      delimiter: separator,
      quote,
      escape: quote,
      record_delimiter: ['\n', '\r\n'],
      relax_column_count: true,
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // The parser's own messages repeat what is in the line.
    return { reason: reasons[code] ?? 'the line is not CSV' };
  }
}

const reasons: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'a quote is within a field that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'something follows the quote that ends a field',
  CSV_QUOTE_NOT_CLOSED: 'a quote does not end',
};
