import { bytes, decimal, long, uuid } from './fastavro.ts';
import {
  grown,
  hostMeasurement,
  logical,
  retyped,
  seenAuthor,
  sentAuthor,
  timeMs,
  tweetEvent,
  type ForeignCase,
  within,
} from './foreign-case.ts';

const event = tweetEvent;
const micros = timeMs * 1000 + 123_456;
const day = Math.floor(timeMs / 86_400_000);
const id = '00112233-4455-6677-8899-aabbccddeeff';
const idBytes = Buffer.from(id.replaceAll('-', ''), 'hex');
const duration = Buffer.from('010000000200000003000000', 'hex');

const all = [
  { name: 'on_day', type: logical('int', 'date'), default: 0 },
  { name: 'at_millis', type: logical('int', 'time-millis') },
  { name: 'at_micros', type: logical('long', 'time-micros') },
  { name: 'in_micros', type: logical('long', 'timestamp-micros') },
  { name: 'local_micros', type: logical('long', 'local-timestamp-micros') },
  { name: 'price', type: logical('bytes', 'decimal', { precision: 12, scale: 2 }) },
];
const allSent = {
  ...{ on_day: day, at_millis: 45_296_789, at_micros: 45_296_789_012, in_micros: micros, local_micros: micros },
  price: decimal('-1234567.05'),
};
/** Hundredths, in two's complement. */
const storedPrice = bytes(Buffer.from('f8a4333f', 'hex'));
const allSeen = {
  ...{ on_day: '2026-03-05', at_millis: '12:34:56.789', at_micros: '12:34:56.789012' },
  ...{ in_micros: '2026-03-05T12:00:00.123456Z', local_micros: '2026-03-05T12:00:00.123456' },
  price: '-1234567.05',
};

/** Times, decimals and uuids: other units than the contract's, kinds that do not go together, and fields that the contract lacks. */
export const timeCases: readonly ForeignCase[] = [
  {
    name: 'micros-under-millis',
    event,
    schema: retyped('created_at', logical('long', 'timestamp-micros')),
    value: { created_at: micros },
    document: { created_at: '2026-03-05T12:00:00.123Z' },
    avroColumn: { created_at: '2026-03-05T12:00:00.123456Z' },
  },
  {
    name: 'micros-before-1970-are-rounded-down',
    event,
    schema: retyped('created_at', logical('long', 'timestamp-micros')),
    value: { created_at: -1 },
    document: { created_at: '1969-12-31T23:59:59.999Z' },
    avroColumn: { created_at: '1969-12-31T23:59:59.999999Z' },
  },
  {
    // BigQuery has no such timestamps: rows in Avro files have whole numbers, for which the column is of another type.
    name: 'nanos-under-millis',
    event: hostMeasurement,
    schema: retyped('time', logical('long', 'timestamp-nanos')),
    value: { time: long(`${micros}789`) },
    document: { time: '2026-03-05T12:00:00.123Z' },
  },
  {
    name: 'optional-micros-within-a-record',
    event,
    schema: within('author', retyped('created_at', ['null', logical('long', 'timestamp-micros')])),
    value: { author: { ...sentAuthor, created_at: micros } },
    document: { author: { ...seenAuthor, created_at: '2026-03-05T12:00:00.123Z' } },
    avroColumn: { author: { ...seenAuthor, created_at: '2026-03-05T12:00:00.123456Z' } },
  },
  {
    name: 'a-plain-long-is-in-the-contracts-unit',
    event: hostMeasurement,
    schema: retyped('time', 'long'),
    document: {},
  },
  {
    name: 'a-local-timestamp-is-no-instant',
    event,
    schema: retyped('created_at', logical('long', 'local-timestamp-millis')),
    dead: /created_at/,
  },
  {
    name: 'a-date-is-no-instant',
    event,
    schema: retyped('created_at', logical('int', 'date')),
    value: { created_at: day },
    dead: /created_at/,
  },
  {
    name: 'fields-of-every-logical-type',
    event,
    schema: grown(...all),
    value: allSent,
    document: allSeen,
    stored: { price: storedPrice },
  },
  {
    name: 'optional-and-nested-logical-types',
    event,
    schema: grown({
      name: 'parcels',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Parcel',
          namespace: 'foreign',
          fields: all.map(({ name, type }) => ({ name, type: ['null', type] })),
        },
      },
    }),
    value: {
      parcels: [allSent, Object.fromEntries(all.map(({ name }) => [name, null]))],
    },
    document: {
      parcels: [allSeen, Object.fromEntries(all.map(({ name }) => [name, null]))],
    },
    stored: {
      parcels: [{ ...allSent, price: storedPrice }, Object.fromEntries(all.map(({ name }) => [name, null]))],
    },
  },
  {
    name: 'uuids-and-a-duration',
    // The stand-in for BigQuery loads no uuids from Avro files.
    event: hostMeasurement,
    schema: grown(
      { name: 'uuid_text', type: ['null', logical('string', 'uuid')] },
      { name: 'uuid_bytes', type: logical('fixed', 'uuid', { name: 'Id', namespace: 'foreign', size: 16 }) },
      { name: 'took', type: logical('fixed', 'duration', { name: 'Took', namespace: 'foreign', size: 12 }) },
    ),
    value: { uuid_text: uuid(id), uuid_bytes: bytes(idBytes), took: bytes(duration) },
    document: { uuid_text: id, uuid_bytes: id, took: 'P1M2DT0.003S' },
    stored: { uuid_text: id },
  },
];
