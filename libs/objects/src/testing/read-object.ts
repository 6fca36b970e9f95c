import { execFileSync } from 'node:child_process';
import avsc from 'avsc';
import type { ObjectFacts } from '../object/object-facts.ts';

/** An object as an outsider reads it. */
export interface ReadObject {
  name: string;
  contentType: string;
  facts: ObjectFacts;
  rows: Row[];
}

interface Row {
  _kafka: { topic: string; partition: number; offset: number };
  [field: string]: unknown;
}

/** The rows of an object; gzip and avsc read them. */
export const rowsOf = async (bytes: Buffer, { format }: ObjectFacts): Promise<Row[]> =>
  format === 'JSON' ? gunzipped(bytes) : decoded(bytes);

function gunzipped(bytes: Buffer): Row[] {
  execFileSync('gzip', ['-t'], { input: bytes });
  const text = execFileSync('gzip', ['-dc'], { input: bytes, maxBuffer: 2 ** 30 }).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Row);
}

async function decoded(bytes: Buffer): Promise<Row[]> {
  const decoder = new avsc.streams.BlockDecoder();
  const rows: Row[] = [];
  decoder.on('data', (row: Row) => rows.push(JSON.parse(JSON.stringify(row)) as Row));
  await new Promise((resolve, reject) => {
    decoder.on('end', resolve);
    decoder.on('error', reject);
    decoder.end(bytes);
  });
  return rows;
}
