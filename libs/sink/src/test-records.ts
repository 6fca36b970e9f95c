import type { KafkaRecord } from '@sluice/kafka';
import { eventContract, prefixBytes, type EventContract, type WriterSchema } from '@sluice/schemas';
import { LazyRecord } from './lazy-record.ts';

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
    unknownFields: () => [],
    decode: (avro) => JSON.parse(avro.toString()) as unknown,
    writeJson: (avro, out, _contract, from = 0) => out.text(JSON.stringify(JSON.parse(avro.subarray(from).toString()))),
  });
  const raw = (offset: number, id: string): KafkaRecord & { value: Buffer } => ({
    offset: BigInt(offset),
    timestampMs: 0,
    key: Buffer.from(id),
    value: Buffer.concat([Buffer.alloc(prefixBytes), Buffer.from(JSON.stringify({ id }))]),
    headers: { id: Buffer.from(id) },
  });
  return {
    contract,
    raw,
    schemaOf,
    record: (offset: number) => new LazyRecord(raw(offset, `id-${offset}`), schemaOf(), contract, 0),
    /** One whose bytes break off. */
    brokenRecord(offset: number) {
      const { value, ...rest } = raw(offset, `id-${offset}`);
      return new LazyRecord({ ...rest, value: value.subarray(0, -1) }, schemaOf(), contract, 0);
    },
  };
}
