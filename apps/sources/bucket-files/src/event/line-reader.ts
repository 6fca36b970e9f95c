import type { EventContract } from '@sluice/contracts';
import { decodeText, parseJson, UnreadableText } from '@sluice/external-text';
import { csvFields, type CsvForm, type Fields } from '../lines/csv-fields.ts';
import type { Line, Quoting } from '../lines/split-lines.ts';
import { eventReader, type LinePlace } from './event-reader.ts';

/** What a line is: an event, or why it is none. */
export type LineContents =
  { value: object; replacedSurrogates?: number } | { reason: string; errorClass: 'unreadable' | 'too-long' | 'unfit' };

/** Reads the lines of one file in their order, a few at a time. */
interface LineReader {
  /** One result for each line; undefined for one that is not meant to be an event: a blank line, a header. */
  read(lines: readonly Line[], placeOf: (line: Line) => LinePlace): (LineContents | undefined)[];
}

/** How the lines of files become events. */
export interface LineForm {
  /** How lines end where fields are quoted. */
  quoting: Quoting | undefined;
  /** Begins a file. */
  begin(notice: (text: string, columns: readonly string[]) => void): LineReader;
}

/** Other names for the fields of a line: the contract's by the file's. */
export type Renaming = ReadonlyMap<string, string>;

/** Lines of JSON objects. */
export function jsonForm(contract: EventContract, renaming: Renaming): LineForm {
  const toEvent = eventReader(contract, false);
  const namesInFile = new Map([...renaming].map(([inFile, field]) => [field, inFile]));
  const contentsOf = (bytes: Buffer, place: LinePlace): LineContents | undefined => {
    let value: unknown;
    let replaced: number;
    try {
      const text = decodeText(bytes);
      if (text === '') return undefined;
      ({ value, replaced } = parseJson(text, 'bigints'));
    } catch (error) {
      if (!(error instanceof UnreadableText)) throw error;
      return { reason: `the line cannot be read: ${error.message}`, errorClass: 'unreadable' };
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { reason: 'the line is not a JSON object', errorClass: 'unreadable' };
    const members = new Map<string, unknown>(Object.entries(value));
    const event = toEvent((field) => members.get(namesInFile.get(field) ?? field), place);
    return 'reason' in event
      ? { ...event, errorClass: 'unfit' }
      : { ...event, ...(replaced > 0 && { replacedSurrogates: replaced }) };
  };
  return {
    quoting: undefined,
    begin: () => ({
      read: (lines, placeOf) => lines.map((line) => line.problem ?? contentsOf(line.bytes, placeOf(line))),
    }),
  };
}

/** What the columns of a file are. */
interface Columns {
  names: readonly string[];
  /** The place of each field's column. */
  places: ReadonlyMap<string, number>;
}

/**
 * Lines of CSV. The names of the columns are in the first line, or given.
 *
 * Where they are given and the first line repeats them, it is a header and not data.
 *
 * @param given the columns of files without a header, an empty name for one that is left out; undefined for files with one
 */
export function csvForm(
  contract: EventContract,
  { csv, given, renaming }: { csv: CsvForm; given: readonly string[] | undefined; renaming: Renaming },
): LineForm {
  const toEvent = eventReader(contract, true);
  const known = new Set(contract.schema.fields.map(({ name }) => name));

  const columnsOf = (header: readonly string[]): Columns | { reason: string } => {
    const names = header.map((name) => renaming.get(name.trim()) ?? name.trim());
    const places = new Map<string, number>();
    for (const [place, name] of names.entries()) {
      if (name === '') continue;
      if (places.has(name)) return { reason: `the header has the column ${name} twice` };
      places.set(name, place);
    }
    if (places.size === 0) return { reason: 'the header names no column' };
    return { names, places };
  };

  const contentsOf = (fields: readonly string[], { names, places }: Columns, place: LinePlace): LineContents => {
    if (fields.length !== names.length)
      return {
        reason: `the line has ${fields.length} fields, and there are ${names.length} columns`,
        errorClass: 'unfit',
      };
    const event = toEvent((field) => {
      const column = places.get(field);
      return column === undefined ? undefined : fields[column];
    }, place);
    return 'reason' in event ? { ...event, errorClass: 'unfit' } : event;
  };

  return {
    quoting: { quote: csv.quote.charCodeAt(0), separator: Buffer.from(csv.separator) },
    begin(notice) {
      let columns: Columns | { reason: string } | undefined;
      let isFirst = true;
      const isHeader = (fields: Fields): boolean => {
        if (given === undefined) return true;
        return !('reason' in fields) && sameNames(fields, given);
      };
      const header = (fields: Fields): Columns | { reason: string } => {
        const found =
          'reason' in fields ? { reason: `the header cannot be read: ${fields.reason}` } : columnsOf(fields);
        if ('names' in found) {
          const unknown = found.names.filter((name) => name !== '' && !known.has(name));
          if (unknown.length > 0) notice('columns of a file are left out, as the event has no such fields', unknown);
        }
        return found;
      };
      return {
        read(lines, placeOf) {
          const whole = lines.filter(({ problem, bytes }) => problem === undefined && !isBlank(bytes));
          const fieldsOf = new Map(csvFields(whole, csv).map((fields, at) => [whole[at], fields]));
          return lines.map((line): LineContents | undefined => {
            const fields =
              fieldsOf.get(line) ?? (line.problem === undefined ? undefined : { reason: line.problem.reason });
            if (fields === undefined) return undefined;
            if (isFirst) {
              isFirst = false;
              if (isHeader(fields)) {
                columns = given === undefined ? header(fields) : columnsOf(given);
                if ('names' in columns) return undefined;
                return { ...columns, errorClass: 'unreadable' };
              }
            }
            columns ??= columnsOf(given ?? []);
            if (line.problem !== undefined) return line.problem;
            if ('reason' in fields) return { ...fields, errorClass: 'unreadable' };
            if ('reason' in columns) return { ...columns, errorClass: 'unfit' };
            return contentsOf(fields, columns, placeOf(line));
          });
        },
      };
    },
  };
}

const isBlank = (bytes: Buffer): boolean => bytes.length === 0 || bytes.every((byte) => byte === 0x20 || byte === 0x09);

const sameNames = (fields: readonly string[], names: readonly string[]): boolean =>
  fields.length === names.length &&
  fields.every((field, at) => names[at] === '' || field.trim().toLowerCase() === names[at]?.toLowerCase());
