export { localS3 } from './s3/testing/read-bucket.ts';
export { putObject } from './s3/testing/put-object.ts';
export { testQueue } from './sqs/testing/test-queue.ts';
