// bucket-files: the lines of files in S3, in Cloud Storage or in a folder, to the Kafka topic of their event.
import { sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { runBucketFiles } from './bucket-files.ts';
import { bucketFilesRules, bucketFilesSettings } from './config.ts';

void runApp(
  {
    name: 'bucket-files',
    description: 'publishes the lines of CSV and JSON files in S3, in Cloud Storage or in a folder to Kafka',
    settings: bucketFilesSettings,
    rules: bucketFilesRules,
    parts: sourceParts,
    run: runBucketFiles,
  },
  process.env,
);
