import { execFileSync } from 'node:child_process';
import { Storage, type File } from '@google-cloud/storage';
import { serverAddresses } from '@sluice/testkit';
import avsc from 'avsc';
import { factsOf, type ObjectFacts } from '../object/object-facts.ts';

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

export type StoredFile = File;

/** The environment's stand-in, for looking at what arrived. */
export const standIn = () => new Storage({ projectId: 'local', apiEndpoint: serverAddresses().gcsEndpoint });

/** All objects of a bucket whose names begin so, by name; gzip and avsc read them. */
export async function readBucket(bucket: string, prefix = ''): Promise<ReadObject[]> {
  const [files] = await standIn().bucket(bucket).getFiles({ prefix });
  const objects: ReadObject[] = [];
  for (const file of files) {
    const bytes = await contentOf(bucket, file.name);
    const facts = factsOf(file.metadata.metadata);
    if (facts === undefined) throw new Error(`${file.name} has no facts`);
    const rows = facts.format === 'JSON' ? gunzipped(bytes) : await decoded(bytes);
    objects.push({ name: file.name, contentType: file.metadata.contentType ?? '', facts, rows });
  }
  return objects.sort((a, b) => Number(a.facts.firstOffset - b.facts.firstOffset));
}

async function contentOf(bucket: string, name: string): Promise<Buffer> {
  const { gcsEndpoint } = serverAddresses();
  const response = await fetch(`${gcsEndpoint}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

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
