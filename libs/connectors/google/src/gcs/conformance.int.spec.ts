import { capturedLog, uniqueName } from '@sluice/kafka/testing';
import type { SinkRecord } from '@sluice/sink';
import { collectingSinkConformance, sampleBatch, type Fault } from '@sluice/sink/testing';
import { createHealth } from '@sluice/telemetry';
import { httpProxy, serverAddresses } from '@sluice/testkit';
import { describe } from 'vitest';
import { gcsSink } from './gcs-sink.ts';
import { rigConfig } from './testing/gcs-rig.ts';
import { readBucket } from './testing/read-bucket.ts';
import { testContract } from './testing/test-records.ts';

describe.each(['json', 'avro'])('gcs, writing %s', (format) => {
  collectingSinkConformance({
    async create() {
      const [topic, bucket] = [uniqueName('events'), uniqueName('bucket')];
      const contract = testContract(undefined, { topic });
      // Rows hold the offset of their record, not its id.
      const ids = new Map<string, string>();
      let fault: Fault | undefined;
      const proxy = await httpProxy({
        target: serverAddresses().gcsEndpoint,
        answering: (_, forward) =>
          fault === 'outage' ? 'broken connection' : fault === 'silence' ? 'silence' : forward(),
      });
      const remember = (records: readonly SinkRecord[]) => {
        for (const { offset, id } of records) ids.set(String(offset), id);
      };
      const sink = () =>
        gcsSink(rigConfig(bucket, { GCS_FORMAT: format, GCS_ENDPOINT: proxy.url }), [contract], {
          logger: capturedLog().logger,
          health: createHealth([]),
        });
      return {
        sink: sink(),
        other: sink(),
        contract,
        async records(count) {
          const { records } = await sampleBatch(contract, count);
          remember(records);
          return records;
        },
        known: remember,
        async written() {
          const objects = await readBucket(bucket);
          return objects.flatMap(({ rows }) =>
            rows.map(({ _kafka }) => ids.get(String(_kafka.offset)) ?? `offset ${_kafka.offset}`),
          );
        },
        fault: (next) => (fault = next),
        close: () => proxy.close(),
      };
    },
  });
});
