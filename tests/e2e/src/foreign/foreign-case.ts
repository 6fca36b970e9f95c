import type { AvroSchema } from '@sluice/avro';
import { hostMetrics, tweet, videoEvent, type EventContract } from '@sluice/contracts';
import type { Sent, SentRecord } from './fastavro.ts';

/** A value as it is read back. Whole numbers beyond 2^53 are bigints. */
export type Seen = null | boolean | number | bigint | string | readonly Seen[] | { readonly [name: string]: Seen };
export type SeenRecord = Readonly<Record<string, Seen>>;

/** A schema, to be changed. */
export interface RecordSchema {
  type: string;
  name: string;
  namespace?: string;
  fields: { name: string; type: unknown; default?: unknown }[];
}

export interface Reference {
  name: string;
  subject: string;
  version: number;
}

/** What is registered before a schema that refers to it. */
export interface ReferencedSchema {
  subject: string;
  schema: RecordSchema;
  references?: readonly Reference[];
}

/** A record of another producer, and what must become of it. */
export interface ForeignCase {
  /** Also the id within the event: how it is found again. */
  name: string;
  event: ForeignEvent;
  /** The writer's schema, made of the contract's. */
  schema?: (contract: RecordSchema) => RecordSchema;
  /** What the schema refers to, each after those that it refers to itself. */
  referenced?: readonly ReferencedSchema[];
  references?: readonly Reference[];
  /** Whether the references are deleted once the schema is there, softly. */
  deletesReferences?: boolean;
  /** What the value has in place of the usual; undefined leaves a field out. */
  value?: Readonly<Record<string, Sent | undefined>>;
  /** Makes other bytes of the Avro body, such as those of a careless encoder. */
  body?: (body: Buffer) => Buffer;
  /** The whole value of the record, with the registry's prefix or without. */
  bytes?: Buffer | null;
  headers?: Readonly<Record<string, Buffer | string>>;
  timestampMs?: number;
  /** The reason of its dead letters, at every destination. */
  dead?: RegExp;
  /** The reason with which BigQuery refuses the row in an Avro file. */
  deadRow?: RegExp;
  /** Values of the document that differ from the event, and additional ones. */
  document?: SeenRecord;
  /** Values of the JSON line that differ from the document. */
  line?: SeenRecord;
  /** What the columns say instead in a row loaded from JSON lines. */
  column?: SeenRecord;
  /** What single columns say in a row loaded from an Avro file, where that differs from the JSON line. */
  avroColumn?: SeenRecord;
  /** What a row in an Avro file holds, where that is not what was sent: other names, other forms of the same bytes. */
  stored?: Readonly<Record<string, Sent | undefined>>;
  /** The end of the index's name. */
  index?: string;
}

/** An event of a contract, as a producer writes it and as it is read back. */
export interface ForeignEvent {
  contract: EventContract;
  /** The field that has the case's name. */
  id: string;
  value: SentRecord;
  /** Fields that are read back in another form than they are written. */
  seen: SeenRecord;
  /** Fields that a JSON line has in another form than a document. */
  line?: SeenRecord;
  /** Columns of a row loaded from an Avro file that differ from those. */
  avroColumn?: SeenRecord;
}

export const timeMs = Date.parse('2026-03-05T12:00:00.000Z');
const time = '2026-03-05T12:00:00.000Z';

const author: SentRecord = {
  ...{ id: '7', username: 'a', name: 'A', description: null, location: null, verified: true, protected: null },
  ...{ created_at: timeMs, followers_count: 12, following_count: null, tweet_count: 3, listed_count: null },
};
/** What a tweet's author is read back as. */
export const seenAuthor: SeenRecord = { ...(author as SeenRecord), created_at: time };
export const sentAuthor = author;

export const tweetEvent: ForeignEvent = {
  contract: tweet,
  id: 'id',
  value: {
    ...{ created_at: timeMs, text: 'a foreign tweet', language: 'ko', author, matched_keywords: ['bts', 'news'] },
    ...{ first_version_id: '1', version_ids: ['1'], conversation_id: null, replied_to_id: null },
    ...{ replied_to_user_id: null, quoted_id: null, reposted_id: null },
    metrics: {
      ...{ repost_count: 1, reply_count: null, like_count: 2, quote_count: null, bookmark_count: null },
      impression_count: null,
    },
    ...{ hashtags: [], cashtags: [], mentions: [{ username: 'b', user_id: null }], links: [], topics: [], media: [] },
    ...{ place: null, longitude: 127.5, latitude: -37.25, possibly_sensitive: false, reply_settings: null },
    ...{ source: null, withheld: null, synthetic: true, delivered_by: 'REPLAY', original: '{"a":1}' },
  },
  seen: { created_at: time, author: seenAuthor, original: { a: 1 } },
  avroColumn: { original: '{"a":1}' },
};

export const videoLook: ForeignEvent = {
  contract: videoEvent,
  id: 'event_id',
  value: { board_id: 'b', playtime: 3.5, timestamp: timeMs, user_id: 'u', interest: 'music' },
  seen: { timestamp: time },
};

export const hostMeasurement: ForeignEvent = {
  contract: hostMetrics,
  id: 'host',
  value: {
    ...{ time: timeMs, interval_ms: 1000, cpu: null, kernel: null, memory: null, swap: null, filesystems: null },
    load: { average_1m_tasks: 0.5, average_5m_tasks: 1, average_15m_tasks: 2 },
    ...{ disks: null, network: null, processes: null, machine: null },
  },
  seen: { time },
  // A column that is repeated has no null.
  line: { filesystems: [], disks: [], network: [] },
};

/** The schema with a field of another type. */
export const retyped =
  (name: string, type: unknown) =>
  (schema: RecordSchema): RecordSchema => ({
    ...schema,
    fields: schema.fields.map((field) => (field.name === name ? { name, type } : field)),
  });

/** The schema with a change of a record within it. The record may be what a field has unless it is null. */
export const within =
  (outer: string, change: (inner: RecordSchema) => RecordSchema) =>
  (schema: RecordSchema): RecordSchema => {
    const type = schema.fields.find((field) => field.name === outer)?.type as RecordSchema | ['null', RecordSchema];
    return retyped(outer, Array.isArray(type) ? ['null', change(type[1])] : change(type))(schema);
  };

/** The schema with more fields after the others. */
export const grown =
  (...fields: readonly { name: string; type: unknown; default?: unknown }[]) =>
  (schema: RecordSchema): RecordSchema => ({ ...schema, fields: [...schema.fields, ...fields] });

export const logical = (type: string, logicalType: string, more: object = {}): object => ({
  type,
  logicalType,
  ...more,
});

export const contractSchema = ({ contract }: ForeignEvent): RecordSchema =>
  structuredClone(contract.schema) as AvroSchema as RecordSchema;
