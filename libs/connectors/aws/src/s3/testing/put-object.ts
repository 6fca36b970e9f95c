import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Creates a bucket. @returns what puts an object into it, in place of another of its name */
export async function putObject(
  client: S3Client,
  bucket: string,
): Promise<(name: string, contents: string | Buffer) => Promise<void>> {
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return async (name, contents) => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: contents }));
  };
}
