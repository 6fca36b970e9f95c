import { isUtf8 } from 'node:buffer';
import { ByteWriter, parseExact } from '@sluice/avro';
import { InvalidEventTime, statedTime, type KafkaRecord } from '@sluice/kafka';
import { prefixBytes, UnreadableRecord, type WriterSchema } from '@sluice/schema-registry';
import { describeError } from '@sluice/telemetry';
import type { OperationsAccess } from '../access.ts';

/** A record's value, as far as it can be read. */
export type DecodedValue =
  /** Avro, in the form of its writer's schema, or JSON that was written as such. `document` has long integers as bigints. */
  | { readonly kind: 'json'; readonly json: string; readonly document: unknown; readonly schemaId: number | undefined }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'tombstone' }
  | { readonly kind: 'undecodable'; readonly bytes: Buffer; readonly reason: string };

/** A record as a person sees it. */
export interface TailedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The event time where the record states it, else Kafka's timestamp. */
  readonly timeMs: number;
  /** Text, or `0x` and hexadecimal digits where it is not UTF-8. */
  readonly key: string | null;
  /** The last one of each name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly value: DecodedValue;
  /** Of key, value and headers, about. */
  readonly bytes: number;
}

/** Decodes records of one topic after the other. Not for concurrent calls. */
export interface RecordDecoder {
  /**
   * @throws an error where the registry is out of order: the record can be decoded later
   */
  decode(topic: string, partition: number, record: KafkaRecord): Promise<TailedRecord>;
}

export function recordDecoder({ codec }: Pick<OperationsAccess, 'codec'>): RecordDecoder {
  const out = new ByteWriter();
  const avro = (value: Buffer, schema: WriterSchema): DecodedValue => {
    out.length = 0;
    try {
      schema.writeJson(value, out, undefined, prefixBytes, value.length);
    } catch (error) {
      return { kind: 'undecodable', bytes: value, reason: describeError(error) };
    }
    const json = out.written().toString();
    return { kind: 'json', json, document: parseExact(json), schemaId: schema.id };
  };
  const decodeValue = async (value: Buffer | null): Promise<DecodedValue> => {
    if (value === null) return { kind: 'tombstone' };
    if (value.length < prefixBytes || value[0] !== 0) return plain(value);
    const cached = codec.cachedSchema(value);
    if (cached !== undefined) return avro(value, cached);
    try {
      return avro(value, await codec.fetchSchema(value));
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      return { kind: 'undecodable', bytes: value, reason: error.message };
    }
  };
  return {
    async decode(topic, partition, record) {
      const { offset, key, headers, size } = record;
      return {
        ...{ topic, partition, offset, timeMs: timeOf(record), bytes: size },
        key: key === null ? null : byteText(key),
        headers: Object.fromEntries(
          Object.keys(headers).map((name) => [name, byteText(record.header(name) ?? Buffer.alloc(0))]),
        ),
        value: await decodeValue(record.value),
      };
    },
  };
}

/** A value that no registry has written. */
function plain(bytes: Buffer): DecodedValue {
  if (!isUtf8(bytes)) return { kind: 'bytes', bytes };
  const text = bytes.toString();
  if (!/^\s*[{[]/.test(text)) return { kind: 'text', text };
  try {
    return { kind: 'json', json: text.trim(), document: parseExact(text), schemaId: undefined };
  } catch {
    return { kind: 'text', text };
  }
}

function timeOf(record: KafkaRecord): number {
  try {
    return statedTime(record) ?? record.timestampMs;
  } catch (error) {
    if (!(error instanceof InvalidEventTime)) throw error;
    return record.timestampMs;
  }
}

const byteText = (bytes: Buffer): string => (isUtf8(bytes) ? bytes.toString() : `0x${bytes.toString('hex')}`);

/** A record as one line of JSON. The event keeps its numbers as they are. */
export function recordAsJson({ topic, partition, offset, timeMs, key, headers, value }: TailedRecord): string {
  const place = JSON.stringify({ topic, partition, offset: String(offset), time: isoTime(timeMs), key, headers });
  return `${place.slice(0, -1)},${valueAsJson(value)}}`;
}

function valueAsJson(value: DecodedValue): string {
  switch (value.kind) {
    case 'json':
      // JSON that was not written by us may have line breaks between its values.
      return `"event":${value.schemaId === undefined ? value.json.replaceAll(/[\r\n]+/g, ' ') : value.json}`;
    case 'text':
      return `"text":${JSON.stringify(value.text)}`;
    case 'bytes':
      return `"base64":"${value.bytes.toString('base64')}"`;
    case 'tombstone':
      return '"event":null';
    case 'undecodable':
      return `"undecodable":${JSON.stringify(value.reason)},"base64":"${value.bytes.toString('base64')}"`;
  }
}

/** Kafka's timestamps need not be times. */
function isoTime(ms: number): string | null {
  const date = new Date(ms);
  return ms < 0 || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
