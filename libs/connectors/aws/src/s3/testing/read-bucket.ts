import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { factsOf } from '@sluice/objects';
import { rowsOf, type ReadObject } from '@sluice/objects/testing';
import { serverAddresses } from '@sluice/testkit';

/** The environment's server, for looking at what arrived. Its keys are in the environment too. */
export const localS3 = () =>
  new S3Client({ endpoint: serverAddresses().s3Endpoint, region: 'us-east-1', forcePathStyle: true });

/** All objects of the sink in a bucket whose names begin so, by their first offsets. */
export async function readBucket(bucket: string, prefix = ''): Promise<ReadObject[]> {
  const client = localS3();
  const objects: ReadObject[] = [];
  try {
    for (let after: string | undefined; ;) {
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after }));
      for (const { Key: name = '' } of page.Contents ?? []) {
        after = name;
        const {
          Body,
          ContentType = '',
          Metadata,
        } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
        const facts = factsOf(Metadata);
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        // What shows that the server creates only once is not an object of the sink.
        if (bytes.length === 0) continue;
        if (facts === undefined) throw new Error(`${name} has no facts`);
        objects.push({ name, contentType: ContentType, facts, rows: await rowsOf(bytes, facts) });
      }
      if (page.IsTruncated !== true) break;
    }
  } finally {
    client.destroy();
  }
  return objects.sort((a, b) => Number(a.facts.firstOffset - b.facts.firstOffset));
}
