import { kafkaRecord } from '@sluice/kafka';
import { eventContract, type EventContract } from '@sluice/contracts';
import { prefixBytes, type WriterSchema } from '@sluice/schema-registry';
import { LazyRecord } from '../records/lazy-record.ts';

/** When all events of `testRecords` happened. */
const testTimeMs = Date.parse('2026-03-05T09:00:00Z');

/** Records for unit tests, whose "Avro" is JSON: how bytes are decoded is for others to test. */
export function testRecords() {
  const contract: EventContract = eventContract({
    type: 'record',
    name: 'Test',
    sluice: { topic: 'tests', id: ['id'], key: ['id'], time: 'time' },
    fields: [
      { name: 'id', type: 'string' },
      { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    ],
  });
  const schemaOf = (): WriterSchema => ({
    id: 1,
    avro: contract.schema,
    check: () => {},
    prefixBytes: 5,
    unknownFields: () => [],
    decode: (avro) => JSON.parse(avro.toString()) as unknown,
    writeJson(avro, out, _contract, from, to) {
      out.text(JSON.stringify(JSON.parse(avro.subarray(from, to).toString())));
      return undefined;
    },
  });
  const raw = (offset: number, id: string, json = JSON.stringify({ id })) =>
    kafkaRecord({
      offset: BigInt(offset),
      timestampMs: testTimeMs,
      key: Buffer.from(id),
      value: Buffer.concat([Buffer.alloc(prefixBytes), Buffer.from(json)]),
      headers: { 'sluice-id': Buffer.from(id) },
    });
  return {
    contract,
    raw,
    schemaOf,
    record: (offset: number) => new LazyRecord(raw(offset, `id-${offset}`), schemaOf(), contract, 0),
    /** One whose bytes break off. */
    brokenRecord: (offset: number) => new LazyRecord(raw(offset, `id-${offset}`, '{"id"'), schemaOf(), contract, 0),
  };
}
