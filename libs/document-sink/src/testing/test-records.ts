import { randomBytes } from 'node:crypto';
import type { ByteWriter } from '@sluice/avro';
import { eventContract, type EventContract, type RefusedPolicy, type Rotation } from '@sluice/contracts';
import type { Sink, SinkRecord, Verdict } from '@sluice/sink';

/** A new contract, with indices that no other test uses. */
export function testContract({
  rotation = 'day',
  timeZone = 'UTC',
  fields = [{ name: 'n', type: 'long' }],
  topic = `test-${randomBytes(6).toString('hex')}`,
  id = [],
  arrival,
  refused = 'rescue',
}: {
  rotation?: Rotation;
  timeZone?: string;
  fields?: readonly object[];
  topic?: string;
  id?: readonly string[];
  arrival?: string;
  refused?: RefusedPolicy;
} = {}): EventContract {
  const time = { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } };
  const schema = {
    type: 'record',
    name: 'TestEvent',
    fields: [time, ...fields],
    sluice: { topic, id, time: 'time', rotation, timeZone, refused, ...(arrival !== undefined && { arrival }) },
  };
  return eventContract(schema as never);
}

/** A record whose JSON is given; `body` may be text that is not JSON. */
export function testRecord(id: string, time: string, body: object | string = {}): SinkRecord {
  const json = typeof body === 'string' ? body : JSON.stringify({ time, ...body });
  const writeJson = (out: ByteWriter) => out.text(json);
  return {
    id,
    offset: 0n,
    timestamp: new Date(time),
    timestampMs: new Date(time).getTime(),
    writeId: (out) => out.text(JSON.stringify(id)),
    key: null,
    headers: {},
    value: body,
    writeJson,
    avro: Buffer.alloc(0),
    writeAvro: () => {},
    schema: {
      id: 1,
      avro: 'string',
      writeJson(_, out) {
        writeJson(out);
        return undefined;
      },
      check: () => {},
      prefixBytes: 5,
      unknownFields: () => [],
      decode: () => body,
    },
  };
}

/** Writes records once, as the runtime would. */
export async function write(
  sink: Sink,
  contract: EventContract,
  records: readonly SinkRecord[],
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly Verdict[]> {
  const batch = { topic: contract.topic, partition: 0, contract, records };
  return (await sink.write(batch, { signal, attempt: 1 })).verdicts;
}

export const statuses = (verdicts: readonly Verdict[]): string[] => verdicts.map(({ status }) => status);
