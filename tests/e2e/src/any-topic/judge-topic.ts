import { isDeepStrictEqual } from 'node:util';
import type { Seen, SeenRecord } from '../foreign/foreign-case.ts';
import type { SentRecord } from '../foreign/fastavro.ts';
import type { ProducedTopic } from './confluent-producer.ts';
import { comparable, expectedValue, storedAvro } from './expected-values.ts';

/** What all destinations have of a topic. */
export interface ReadBack {
  documents: readonly SeenRecord[];
  lines: readonly SeenRecord[];
  /** Undefined where the topic has no rows in Avro. */
  avroRows: readonly SentRecord[] | undefined;
  rows: readonly SeenRecord[];
}

/**
 * Compares each field of each record with what was produced.
 *
 * @param produced all that was produced to one topic
 * @returns how many values were compared
 */
export function judgeTopic(
  produced: readonly ProducedTopic[],
  found: ReadBack,
): { values: number; shortfalls: string[] } {
  const topic = produced[0]?.topic ?? '';
  const records = produced.flatMap(({ schema, records: own }) => own.map((record) => ({ schema, ...record })));
  const shortfalls: string[] = [];
  let values = 0;
  const compare = (
    where: string,
    rows: readonly object[],
    expected: readonly Readonly<Record<string, unknown>>[],
    time: string,
  ) => {
    const byTime = new Map(rows.map((row) => [comparable(Reflect.get(row, time)), row]));
    if (rows.length !== expected.length) shortfalls.push(`${topic}: ${rows.length} ${where}, not ${expected.length}`);
    for (const wanted of expected) {
      const row = byTime.get(comparable(wanted[time]));
      if (row === undefined) {
        shortfalls.push(`${topic}: no ${where} of ${String(wanted[time])}`);
        continue;
      }
      const names = new Set([...Object.keys(wanted), ...Object.keys(row)]);
      names.delete('_kafka');
      for (const name of names) {
        values++;
        const [own, there] = [comparable(wanted[name] ?? null), comparable(Reflect.get(row, name) ?? null)];
        if (!isDeepStrictEqual(own, there))
          shortfalls.push(`${topic}: ${name} of ${where} is ${JSON.stringify(there)}, not ${JSON.stringify(own)}`);
      }
    }
  };
  const stamped = (name: string) =>
    records.map(({ schema, value, timestamp, expected }) => ({
      [name]: new Date(timestamp).toISOString(),
      ...(expected ?? (expectedValue(schema, value) as Readonly<Record<string, Seen>>)),
    }));
  compare('documents', found.documents, stamped('@timestamp'), '@timestamp');
  compare('lines', found.lines, stamped('_timestamp'), '_timestamp');
  compare('rows', found.rows, stamped('_timestamp'), '_timestamp');
  if (found.avroRows === undefined) return { values, shortfalls };
  const stored = records.map(({ value, timestamp }) => ({
    _timestamp: timestamp,
    ...(storedAvro(value) as SentRecord),
  }));
  compare('rows in Avro files', found.avroRows, stored, '_timestamp');
  return { values, shortfalls };
}
