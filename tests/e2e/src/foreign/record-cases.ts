import { tweetEvent, timeMs, type ForeignCase } from './foreign-case.ts';

const event = tweetEvent;
const bigEndian = (value: number) => {
  const header = Buffer.alloc(8);
  header.writeBigInt64BE(BigInt(value));
  return header;
};
const day = 'tweets-20260305';

/** Headers of other conventions, timestamps of other kinds, and values that are not events. */
export const recordCases: readonly ForeignCase[] = [
  // One entity's id for all its changes, and ids of a Java long: none of these is an event's id.
  ...['first', 'second'].map((name): ForeignCase => ({
    name: `the-${name}-with-one-id`,
    event,
    headers: { id: '42' },
    document: {},
  })),
  ...[0x80, 0x81, 0xff].map((id): ForeignCase => ({
    name: `an-id-of-bytes-${id}`,
    event,
    headers: { id: bigEndian(id) },
    document: {},
  })),
  ...[0x80, 0x81].map((id): ForeignCase => ({
    name: `an-id-of-our-own-of-bytes-${id}`,
    event,
    headers: { 'sluice-id': bigEndian(id) },
    document: {},
  })),
  { name: 'no-timestamp', event, timestampMs: -1, document: {}, index: day },
  { name: 'a-timestamp-of-0', event, timestampMs: 0, document: {}, index: day },
  { name: 'a-timestamp-in-seconds', event, timestampMs: timeMs / 1000, document: {}, index: day },
  { name: 'a-timestamp-in-microseconds', event, timestampMs: timeMs * 1000, document: {}, index: day },
  {
    name: 'a-time-of-2006',
    event,
    headers: { 'sluice-time': '1142974214000' },
    document: {},
    index: 'tweets-20060321',
  },
  { name: 'a-time-that-is-none', event, headers: { 'sluice-time': 'yesterday' }, dead: /sluice-time/ },
  { name: 'bytes-behind-the-event', event, body: (body) => Buffer.concat([body, Buffer.of(0)]), dead: /follow/ },
  { name: 'an-event-cut-short', event, body: (body) => body.subarray(0, -3), dead: /cut short/ },
  { name: 'no-value', event, bytes: null, dead: /no value/ },
  { name: 'an-empty-value', event, bytes: Buffer.alloc(0), dead: /./ },
  { name: 'json-in-place-of-avro', event, bytes: Buffer.from('{"id":"1"}'), dead: /./ },
  { name: 'a-schema-that-nobody-has', event, bytes: Buffer.from('007735940002', 'hex'), dead: /2000000000|schema/ },
];
