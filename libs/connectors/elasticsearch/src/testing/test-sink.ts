import { randomBytes } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';
import { loadConfig } from '@sluice/config';
import type { ByteWriter } from '@sluice/avro';
import { eventContract, type EventContract, type Rotation } from '@sluice/contracts';
import type { Sink, SinkRecord, Verdict } from '@sluice/sink';
import { createLogger } from '@sluice/telemetry';
import { serverAddresses } from '@sluice/testkit';
import { documentReader } from '../reader/document-reader.ts';
import { elasticsearchRules, elasticsearchSinkSettings, type ElasticsearchSinkConfig } from '../settings.ts';

/** The environment's server, for looking at what arrived. */
export const server = () => new Client({ node: serverAddresses().elasticsearchUrl });

/** A configuration as the app would read it, against the environment's server by default. */
export const testConfig = (environment: Readonly<Record<string, string>> = {}): ElasticsearchSinkConfig =>
  loadConfig(
    'elasticsearch',
    elasticsearchSinkSettings,
    { ELASTICSEARCH_URL: serverAddresses().elasticsearchUrl, ELASTICSEARCH_REPLICAS: '0', ...environment },
    elasticsearchRules,
  );

export const silent = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });

/** A new contract, with indices that no other test uses. */
export function testContract({
  rotation = 'day',
  timeZone = 'UTC',
  fields = [{ name: 'n', type: 'long' }],
  topic = `test-${randomBytes(6).toString('hex')}`,
  id = [],
  arrival,
}: {
  rotation?: Rotation;
  timeZone?: string;
  fields?: readonly object[];
  topic?: string;
  id?: readonly string[];
  arrival?: string;
} = {}): EventContract {
  const time = { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } };
  const schema = {
    type: 'record',
    name: 'TestEvent',
    fields: [time, ...fields],
    sluice: { topic, id, time: 'time', rotation, timeZone, ...(arrival !== undefined && { arrival }) },
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

/** The ids in each index under a contract's alias. */
export async function idsByIndex(contract: EventContract): Promise<Record<string, string[]>> {
  const reader = documentReader(testConfig(), new AbortController().signal);
  try {
    await reader.refresh(contract);
    const found: Record<string, string[]> = {};
    for await (const page of (await reader.snapshot(contract)).pages())
      for (const { place, id } of page) (found[place] ??= []).push(id);
    for (const ids of Object.values(found)) ids.sort();
    return found;
  } finally {
    await reader.close();
  }
}

/** Removes what a test's contract left on the server. */
export async function removeIndices(client: Client, contract: EventContract): Promise<void> {
  const indices = Object.keys(await client.indices.get({ index: `${contract.topic}-*`, expand_wildcards: 'all' }));
  if (indices.length > 0) await client.indices.delete({ index: indices });
  await client.indices.deleteIndexTemplate({ name: contract.topic }, { ignore: [404] });
}
