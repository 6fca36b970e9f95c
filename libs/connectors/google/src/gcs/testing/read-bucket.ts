import { Storage, type File } from '@google-cloud/storage';
import { factsOf } from '@sluice/objects';
import { rowsOf, type ReadObject } from '@sluice/objects/testing';
import { serverAddresses } from '@sluice/testkit';

export type StoredFile = File;

/** The environment's stand-in, for looking at what arrived. */
export const standIn = () => new Storage({ projectId: 'local', apiEndpoint: serverAddresses().gcsEndpoint });

/** All objects of a bucket whose names begin so, by their first offsets. */
export async function readBucket(bucket: string, prefix = ''): Promise<ReadObject[]> {
  const [files] = await standIn().bucket(bucket).getFiles({ prefix });
  const objects: ReadObject[] = [];
  for (const { name, metadata } of files) {
    const facts = factsOf(metadata.metadata);
    if (facts === undefined) throw new Error(`${name} has no facts`);
    const rows = await rowsOf(await contentOf(bucket, name), facts);
    objects.push({ name, contentType: metadata.contentType ?? '', facts, rows });
  }
  return objects.sort((a, b) => Number(a.facts.firstOffset - b.facts.firstOffset));
}

async function contentOf(bucket: string, name: string): Promise<Buffer> {
  const { gcsEndpoint } = serverAddresses();
  const response = await fetch(`${gcsEndpoint}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
