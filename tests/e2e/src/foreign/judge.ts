import { isDeepStrictEqual } from 'node:util';
import { readDeadLetterHeaders, type KafkaRecord } from '@sluice/kafka';
import { expectedAvroRow, expectedDocument, expectedLine, expectedRow, storedValue } from './expected.ts';
import type { FoundFile } from './found-files.ts';
import type { SentRecord } from './fastavro.ts';
import type { ForeignCase, SeenRecord } from './foreign-case.ts';
import type { Document } from './read-back.ts';

/** What is there of one topic when all sinks have come to its end. */
export interface Delivered {
  records: readonly KafkaRecord[];
  deadLetters: readonly KafkaRecord[];
  documents: readonly Document[];
  lines: readonly SeenRecord[];
  avroRows: readonly SentRecord[];
  /** Rows loaded from JSON lines; undefined where none are. */
  rows: readonly SeenRecord[] | undefined;
  /** Rows loaded from Avro files. */
  rowsOfAvro: readonly SeenRecord[] | undefined;
}

export interface Verdict {
  values: number;
  deadLetters: number;
  shortfalls: string[];
}

const lineageName = '_kafka';
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner))?.slice(0, 200) ??
  'absent';

/** Compares what became of a record with what must have, field by field. @param at its place in the topic, which has one partition */
export function judgeCase(one: ForeignCase, at: number, delivered: Delivered): Verdict {
  const { event, name, dead, deadRow, index } = one;
  const verdict: Verdict = { values: 0, deadLetters: 0, shortfalls: [] };
  const fails = (what: string) => void verdict.shortfalls.push(what);

  /** The rows of this record at a destination, of which there must be one, or none. */
  const compare = (
    where: string,
    found: readonly Readonly<Record<string, unknown>>[],
    expected: Readonly<Record<string, unknown>> | undefined,
    others: 'none' | 'empty' = 'none',
  ): void => {
    if (found.length !== (expected === undefined ? 0 : 1))
      return fails(`${found.length} ${where}, not ${expected === undefined ? 0 : 1}`);
    const [row] = found;
    if (row === undefined || expected === undefined) return;
    for (const [field, value] of Object.entries(expected)) {
      verdict.values++;
      const is = Object.hasOwn(row, field) ? row[field] : undefined;
      if (!isDeepStrictEqual(is, value)) fails(`${field} of ${where} is ${shown(is)}, not ${shown(value)}`);
    }
    for (const [field, value] of Object.entries(row)) {
      if (Object.hasOwn(expected, field)) continue;
      const isEmpty = value === null || isDeepStrictEqual(value, []);
      if (others === 'none' || !isEmpty) fails(`${where} have ${field}: ${shown(value)}`);
    }
  };
  const place = { topic: event.contract.topic, partition: 0, offset: at };
  const whole = (fields: Readonly<Record<string, unknown>>) => ({ [lineageName]: place, ...fields });
  const own = <T extends Readonly<Record<string, unknown>>>(rows: readonly T[]) =>
    rows.filter((row) => row[event.id] === name || isDeepStrictEqual(row[lineageName], place));
  const unless = <T>(refused: unknown, expected: T): T | undefined => (refused === undefined ? expected : undefined);

  const documents = delivered.documents.filter(({ source }) => source[event.id] === name);
  const sources = documents.map(({ source }) => source);
  compare('documents', sources, unless(dead, expectedDocument(one)));
  if (index !== undefined && documents[0]?.index !== index) fails(`the document is in ${documents[0]?.index}`);
  compare('JSON lines', own(delivered.lines), unless(dead, whole(expectedLine(one))));
  compare('rows of Avro files', own(delivered.avroRows), unless(dead, whole(storedValue(one))));
  if (delivered.rows !== undefined)
    compare('rows in BigQuery', own(delivered.rows), unless(dead, whole(expectedRow(one))), 'empty');
  if (delivered.rowsOfAvro !== undefined)
    compare(
      'rows in BigQuery, from Avro files',
      own(delivered.rowsOfAvro),
      unless(dead ?? deadRow, whole(expectedAvroRow(one))),
      'empty',
    );

  const record = delivered.records[at];
  const deadLetters = delivered.deadLetters.filter(
    ({ headers }) => readDeadLetterHeaders(headers)?.offset === BigInt(at),
  );
  // The sink gcs runs twice, once for each format.
  const givenUpBy = [
    ...(dead === undefined ? [] : ['elasticsearch', 'gcs', 'gcs']),
    ...(deadRow === undefined ? [] : ['bigquery']),
  ];
  const by = deadLetters.map(({ headers }) => readDeadLetterHeaders(headers)?.by ?? '').sort();
  if (!isDeepStrictEqual(by, givenUpBy))
    fails(`it was given up by ${by.join() || 'no app'}, not by ${givenUpBy.join() || 'any'}`);
  for (const { headers, value } of deadLetters) {
    const reason = readDeadLetterHeaders(headers)?.reason ?? '';
    verdict.deadLetters++;
    if ((dead ?? deadRow)?.test(reason) !== true) fails(`the reason of its dead letter is ${shown(reason)}`);
    const isSame = value === null ? record?.value === null : record?.value?.equals(value) === true;
    if (!isSame) fails('its dead letter has other bytes');
  }
  return verdict;
}

/** The lines of a file: each event is everywhere once with its text, each other line is a dead letter of the source. */
export function judgeFile(
  { by, id: idField, text: textField, lines: written }: FoundFile,
  { deadLetters, documents, lines, avroRows, rows, rowsOfAvro }: Delivered,
): Verdict {
  const verdict: Verdict = { values: 0, deadLetters: 0, shortfalls: [] };
  const places = Object.entries({
    ...{ documents: documents.map(({ source }) => source), 'JSON lines': lines, 'rows of Avro files': avroRows },
    ...(rows && { 'rows in BigQuery': rows }),
    ...(rowsOfAvro && { 'rows in BigQuery, from Avro files': rowsOfAvro }),
  });
  for (const [id, text] of written.flatMap(({ texts = {} }) => Object.entries(texts)))
    for (const [where, found] of places) {
      const own = found.filter((row) => row[idField] === id).map((row) => row[textField]);
      verdict.values++;
      if (!isDeepStrictEqual(own, [text]))
        verdict.shortfalls.push(`${id} of ${by}: ${textField} of ${where} is ${shown(own)}, not ${shown([text])}`);
    }
  const reasons = deadLetters
    .map(({ headers }) => readDeadLetterHeaders(headers))
    .filter((deadLetter) => deadLetter?.by === by)
    .map((deadLetter) => deadLetter?.reason ?? '');
  const expected = written.flatMap(({ dead }) => (dead === undefined ? [] : [dead]));
  verdict.deadLetters += reasons.length;
  if (reasons.length !== expected.length || expected.some((dead) => !reasons.some((reason) => dead.test(reason))))
    verdict.shortfalls.push(`the dead letters of ${by} say ${shown(reasons)}`);
  return verdict;
}
