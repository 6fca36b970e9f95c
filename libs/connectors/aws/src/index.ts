export { s3BucketReader } from './s3/bucket-reader.ts';
export { sqsNotifications } from './sqs/sqs-notifications.ts';
export { s3Files } from './s3/s3-files.ts';
export { s3Sink } from './s3/s3-sink.ts';
export {
  s3AccessSettings,
  s3Rules,
  s3Settings,
  s3SinkRules,
  s3SinkSettings,
  type S3Config,
  type S3SinkConfig,
} from './s3/settings.ts';
