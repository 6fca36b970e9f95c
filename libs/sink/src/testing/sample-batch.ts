import { randomUUID } from 'node:crypto';
import { kafkaRecord, timeHeader } from '@sluice/kafka';
import { eventId, eventKey, eventTime, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { LazyRecord } from '../records/lazy-record.ts';
import { inMemoryRegistry } from './in-memory-registry.ts';
import { sampleEvent, type SampleStyle } from './sample-event.ts';
import type { Batch } from '../contract/sink.ts';

/** Not repeated by another test, for sinks that name what they write by it. */
let nextOffset = BigInt(Date.now()) * 1_000n;

/** A batch whose records know what they were made of. */
export interface SampleBatch extends Batch {
  readonly records: readonly LazyRecord<unknown>[];
}

/** Records of a contract that no other batch has, following on one another in partition 0. */
export async function sampleBatch(
  { event: _, ...contract }: EventContract,
  count: number,
  style: SampleStyle = {},
): Promise<SampleBatch> {
  const run = randomUUID().slice(0, 8);
  return batchOf(
    contract,
    Array.from({ length: count }, (_, n) => sampleEvent(contract, run, n, style)),
  );
}

/** Records of these events, following on one another in partition 0. */
export async function batchOf(
  { event: _, ...contract }: EventContract,
  events: readonly object[],
): Promise<SampleBatch> {
  const registry = await inMemoryRegistry();
  try {
    const codec = createCodec({ url: registry.url });
    const encoder = await codec.encoder(contract);
    const records: LazyRecord<unknown>[] = [];
    for (const event of events) {
      const value = encoder.encode(event);
      const [id, key] = [eventId(contract, event), eventKey(contract, event)];
      const timestampMs = eventTime(contract, event).getTime();
      const raw = kafkaRecord({
        offset: nextOffset++,
        timestampMs,
        key: key === null ? null : Buffer.from(key),
        value,
        headers: {
          [timeHeader]: Buffer.from(String(timestampMs)),
          ...(id !== undefined && { 'sluice-id': Buffer.from(id) }),
        },
      });
      records.push(new LazyRecord(raw, await codec.fetchSchema(value), contract, 0));
    }
    return { topic: contract.topic, partition: 0, contract, records };
  } finally {
    await registry.close();
  }
}

/** The record with other parts, such as without a key, or with a value that breaks off. */
export function changedRecord(
  { raw, schema }: LazyRecord<unknown>,
  contract: EventContract,
  parts: { key?: Buffer | null; value?: Buffer },
): LazyRecord<unknown> {
  const { offset, timestampMs, isArrivalTime, key, value, headers } = raw;
  const changed = kafkaRecord({ offset, timestampMs, isArrivalTime, key, value, headers, ...parts });
  return new LazyRecord(changed, schema, contract, 0);
}

/** The record without its last byte. */
export const brokenOff = (record: LazyRecord<unknown>, contract: EventContract): LazyRecord<unknown> =>
  changedRecord(record, contract, { value: record.raw.value?.subarray(0, -1) ?? Buffer.alloc(0) });
