import type { AvroField } from '@sluice/avro';
import { eventContract, hostMetrics } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { lineageColumn, rowColumns, tableSchema } from './table-schema.ts';

const contractOf = (fields: readonly AvroField[], key: readonly string[] = []) =>
  eventContract({
    type: 'record',
    name: 'ShipLog',
    namespace: 'sluice.test',
    doc: 'What a ship logs.',
    sluice: { topic: 'ship-logs', time: 'time', key },
    fields: [{ name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' }, doc: 'When.' }, ...fields],
  });

describe('the table of an event', () => {
  it('has a partition for each day of event time, the contract as columns, and the place in Kafka', () => {
    expect(tableSchema(contractOf([{ name: 'ship', type: 'string' }], ['ship']))).toEqual({
      description: 'What a ship logs.',
      schema: {
        fields: [
          lineageColumn,
          { name: 'time', type: 'TIMESTAMP', description: 'When.' },
          { name: 'ship', type: 'STRING' },
        ],
      },
      timePartitioning: { type: 'DAY', field: 'time' },
      clustering: { fields: ['ship'] },
    });
  });

  it('is clustered by what of the key BigQuery can cluster by, four fields at most, not by the time', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const fields: AvroField[] = [...names.map((name) => ({ name, type: 'string' })), { name: 'f', type: 'double' }];
    const clustering = (key: readonly string[]) => tableSchema(contractOf(fields, key)).clustering;
    expect(clustering(['f', 'time', ...names])).toEqual({ fields: ['a', 'b', 'c', 'd'] });
    expect(clustering(['time'])).toBeUndefined();
    expect(clustering([])).toBeUndefined();
  });

  it('of host metrics has nested and repeated records with descriptions', () => {
    const { schema, clustering } = tableSchema(hostMetrics);
    const filesystems = schema.fields.find(({ name }) => name === 'filesystems');
    expect(filesystems).toMatchObject({
      type: 'RECORD',
      mode: 'REPEATED',
      description: expect.stringMatching(/file system/),
    });
    expect(filesystems?.fields?.map(({ name }) => name)).toContain('mount_point');
    expect(clustering).toEqual({ fields: ['host'] });
    expect(JSON.stringify(schema)).not.toContain('"JSON"');
    expect(tableSchema(hostMetrics, 'AVRO').schema).toEqual(schema);
  });

  it('gives a field of the name that the place in Kafka has another one', () => {
    const { schema } = contractOf([{ name: '_Kafka', type: 'string' }]);
    expect(rowColumns(schema, 'JSON').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['_kafka', 'field_Kafka']),
    );
  });
});
