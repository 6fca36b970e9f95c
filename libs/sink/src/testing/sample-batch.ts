import { randomUUID } from 'node:crypto';
import { kafkaRecord } from '@sluice/kafka';
import { eventId, eventKey, eventTime, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { LazyRecord } from '../records/lazy-record.ts';
import { inMemoryRegistry } from './in-memory-registry.ts';
import { sampleEvent } from './sample-event.ts';
import type { Batch } from '../contract/sink.ts';

/** Not repeated by another test, for sinks that name what they write by it. */
let nextOffset = BigInt(Date.now()) * 1_000n;

/** A batch whose records know what they were made of. */
export interface SampleBatch extends Batch {
  readonly records: readonly LazyRecord<unknown>[];
}

/** Records of a contract that no other batch has, following on one another in partition 0. */
export async function sampleBatch({ event: _, ...contract }: EventContract, count: number): Promise<SampleBatch> {
  const registry = await inMemoryRegistry();
  try {
    const codec = createCodec({ url: registry.url });
    const encoder = await codec.encoder(contract);
    const run = randomUUID().slice(0, 8);
    const records: LazyRecord<unknown>[] = [];
    for (let n = 0; n < count; n++) {
      const event = sampleEvent(contract, run, n);
      const value = encoder.encode(event);
      const [id, key] = [eventId(contract, event), eventKey(contract, event)];
      const raw = kafkaRecord({
        offset: nextOffset++,
        timestampMs: eventTime(contract, event).getTime(),
        key: key === null ? null : Buffer.from(key),
        value,
        headers: id === undefined ? {} : { 'sluice-id': Buffer.from(id) },
      });
      records.push(new LazyRecord(raw, await codec.fetchSchema(value), contract, 0));
    }
    return { topic: contract.topic, partition: 0, contract, records };
  } finally {
    await registry.close();
  }
}
