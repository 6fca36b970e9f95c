import { capturedLog, uniqueName } from '@sluice/kafka/testing';
import { collectingSinkConformance, sampleBatch } from '@sluice/sink/testing';
import { createHealth } from '@sluice/telemetry';
import { describe } from 'vitest';
import { gcsSink } from './gcs-sink.ts';
import { rigConfig } from './testing/gcs-rig.ts';
import { readBucket } from './testing/read-bucket.ts';
import { testContract } from './testing/test-records.ts';

describe.each(['json', 'avro'])('gcs, writing %s', (format) => {
  collectingSinkConformance({
    create() {
      const [topic, bucket] = [uniqueName('events'), uniqueName('bucket')];
      const contract = testContract(undefined, { topic });
      // Rows hold the offset of their record, not its id.
      const ids = new Map<string, string>();
      const sink = () =>
        gcsSink(rigConfig(bucket, { GCS_FORMAT: format }), [contract], {
          logger: capturedLog().logger,
          health: createHealth([]),
        });
      return Promise.resolve({
        sink: sink(),
        other: sink(),
        contract,
        async records(count) {
          const { records } = await sampleBatch(contract, count);
          for (const { offset, id } of records) ids.set(String(offset), id);
          return records;
        },
        async written() {
          const objects = await readBucket(bucket);
          return objects.flatMap(({ rows }) =>
            rows.map(({ _kafka }) => ids.get(String(_kafka.offset)) ?? `offset ${_kafka.offset}`),
          );
        },
        close: () => Promise.resolve(),
      });
    },
  });
});
