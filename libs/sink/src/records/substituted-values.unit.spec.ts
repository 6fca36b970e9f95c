import { ByteWriter, compileTranscoder } from '@sluice/avro';
import { coded } from '@sluice/telemetry';
import { describe, expect, it } from 'vitest';
import { LazyRecord } from './lazy-record.ts';
import { substitutedValues } from './substituted-values.ts';
import { testRecords } from '../testing/test-records.ts';

describe('a value that a destination cannot take as it is', () => {
  it('is counted once for each record, however often it is written, and its field is named once', () => {
    const { contract, raw, schemaOf } = testRecords();
    const counted: unknown[] = [];
    const named: unknown[] = [];
    const onSubstituted = substitutedValues('tests', {
      logger: { warn: (fields: unknown) => void named.push(fields) } as never,
      metrics: {
        substituted: { inc: (labels: unknown, count: unknown) => void counted.push([labels, count]) } as never,
      },
    });
    const transcode = compileTranscoder({ type: 'array', items: { type: 'int', logicalType: 'date' } });
    // Two of 10000-01-01.
    const dates = Buffer.from([4, 0xc2, 0x82, 0xe6, 0x02, 0xc2, 0x82, 0xe6, 0x02, 0]);
    const schema = { ...schemaOf(), writeJson: (_: Buffer, out: ByteWriter) => transcode(dates, out) };
    for (const offset of [1, 2]) {
      const record = new LazyRecord(raw(offset, 'a'), schema, contract, 0, 0, onSubstituted);
      for (let time = 0; time < 3; time++) record.writeJson(new ByteWriter());
    }
    const labels = { topic: 'tests', field: '', kind: 'out_of_range' };
    expect(counted).toEqual([
      [labels, 2],
      [labels, 2],
    ]);
    expect(named).toEqual([{ field: '', kind: 'out_of_range', ...coded('value-substituted') }]);
  });
});
