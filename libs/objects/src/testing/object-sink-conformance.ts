import { capturedLog, uniqueName } from '@sluice/kafka/testing';
import type { SinkRecord } from '@sluice/sink';
import { collectingSinkConformance, sampleBatch, type Fault } from '@sluice/sink/testing';
import { createHealth } from '@sluice/telemetry';
import { httpProxy } from '@sluice/testkit';
import { describe } from 'vitest';
import type { ObjectSinkUnderTest } from './object-rig.ts';
import { testContract } from './test-records.ts';

/** Declares the tests of every collecting sink, for a sink of objects in each format. Called once, by its integration spec. */
export function objectSinkConformance(under: ObjectSinkUnderTest): void {
  describe.each(['json', 'avro'])(`${under.name}, writing %s`, (format) => {
    collectingSinkConformance({
      async create() {
        const [topic, bucket] = [uniqueName('events'), uniqueName('bucket')];
        const contract = testContract(undefined, { topic });
        // Rows hold the offset of their record, not its id.
        const ids = new Map<string, string>();
        let fault: Fault | undefined;
        const proxy = await httpProxy({
          target: under.endpoint(),
          answering: (_, forward) =>
            fault === 'outage' ? 'broken connection' : fault === 'silence' ? 'silence' : forward(),
        });
        const remember = (records: readonly SinkRecord[]) => {
          for (const { offset, id } of records) ids.set(String(offset), id);
        };
        const { settingPrefix: prefix } = under;
        const environment = { [`${prefix}FORMAT`]: format, [`${prefix}ENDPOINT`]: proxy.url };
        const sink = () =>
          under.create(bucket, environment, [contract], {
            logger: capturedLog().logger,
            health: createHealth([]),
          }).sink;
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
            const objects = await under.read(bucket);
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
}
