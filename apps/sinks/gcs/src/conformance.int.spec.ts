import { capturedLog, uniqueName } from '@sluice/kafka/testing';
import { collectingSinkConformance } from '@sluice/sink/testing';
import { describe } from 'vitest';
import { gcs } from './gcs.ts';
import { rigConfig } from './testing/gcs-rig.ts';
import { readBucket } from './testing/read-bucket.ts';
import { testContract } from './testing/test-records.ts';

describe.each(['json', 'avro'])('gcs, writing %s', (format) => {
  collectingSinkConformance({
    create() {
      const [topic, bucket] = [uniqueName('events'), uniqueName('bucket')];
      const contract = testContract(undefined, { topic });
      const sink = () => gcs(rigConfig(bucket, { GCS_FORMAT: format }), [contract], capturedLog().logger);
      return Promise.resolve({
        sink: sink(),
        other: sink(),
        contract,
        async written() {
          const objects = await readBucket(bucket);
          return objects.flatMap(({ rows }) => rows.map(({ _kafka }) => `${topic}-0-${_kafka.offset}`));
        },
        close: () => Promise.resolve(),
      });
    },
  });
});
