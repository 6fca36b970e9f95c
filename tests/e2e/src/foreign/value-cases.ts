import { bytes, decimal, double, long } from './fastavro.ts';
import { grown, hostMeasurement, logical, tweetEvent, videoLook, type ForeignCase, type Seen } from './foreign-case.ts';

const year10000 = 253_402_300_800_000;
const load = (value: ReturnType<typeof double> | number) => ({
  average_1m_tasks: value,
  average_5m_tasks: 1,
  average_15m_tasks: 2,
});
const seenLoad = (value: Seen) => ({ average_1m_tasks: value, average_5m_tasks: 1, average_15m_tasks: 2 });
const network = <T>(received: T) => ({
  ...{ interface: 'eth0', received_bytes_total: received, received_packets_total: null, receive_errors_total: 0 },
  ...{ receive_drops_total: 0, sent_bytes_total: 1, sent_packets_total: null, send_errors_total: 0 },
  send_drops_total: 0,
});
const kernel = <T>(bootTime: T) => ({
  ...{ context_switches_total: null, interrupts_total: null, soft_interrupts_total: null, system_calls_total: null },
  ...{ forks_total: null, boot_time: bootTime },
});
const manyDigits = `${'9'.repeat(320)}.5`;

const wholeNumbers = {
  ...{ largest: '9223372036854775807', smallest: '-9223372036854775808' },
  odd: '9007199254740993',
};

/**
 * Numbers at the ends of their types, and values outside what destinations hold. Rows in Avro files are left out: a value that
 * BigQuery cannot hold is refused there, as `refusedRows` shows.
 */
export const extremeCases: readonly ForeignCase[] = [
  ...Object.entries(wholeNumbers).map(([name, digits]): ForeignCase => ({
    name: `the-${name}-long`,
    event: hostMeasurement,
    value: { network: [network(long(digits))] },
    document: { network: [network(BigInt(digits))] },
    line: { network: [network(digits)] },
    column: { network: [network(BigInt(digits))] },
  })),
  ...(['NaN', 'Infinity', '-Infinity'] as const).map((name): ForeignCase => ({
    name: `not-finite-${name}`,
    event: hostMeasurement,
    value: { load: load(double(name)) },
    document: { load: seenLoad(name) },
  })),
  {
    name: 'negative-zero',
    event: hostMeasurement,
    value: { load: load(double('-0.0')) },
    document: { load: seenLoad(-0) },
  },
  ...[5e-324, 1.7976931348623157e308, 0.1].map((value): ForeignCase => ({
    name: `double-${value}`,
    event: hostMeasurement,
    value: { load: load(value) },
    document: { load: seenLoad(value) },
  })),
  {
    name: 'an-instant-of-the-year-10000',
    event: hostMeasurement,
    value: { time: year10000 },
    document: { time: year10000 },
    line: { time: null },
  },
  {
    name: 'an-optional-nested-instant-before-the-year-1',
    event: hostMeasurement,
    value: { kernel: kernel(-62_135_596_800_001) },
    document: { kernel: kernel(-62_135_596_800_001) },
    line: { kernel: kernel(null) },
  },
  {
    name: 'dates-and-times-out-of-range',
    event: hostMeasurement,
    schema: grown(
      { name: 'valid_to', type: logical('int', 'date') },
      { name: 'forever', type: logical('int', 'date') },
      { name: 'midnight', type: ['null', logical('int', 'time-millis')] },
      { name: 'last_micros', type: logical('long', 'timestamp-micros') },
      { name: 'early_micros', type: logical('long', 'timestamp-micros') },
      { name: 'huge', type: logical('bytes', 'decimal', { precision: 400, scale: 1 }) },
    ),
    value: {
      ...{ valid_to: 2_932_897, forever: 2_147_483_647, midnight: 86_400_000 },
      ...{ last_micros: long('9223372036854775807'), early_micros: -1_500_000, huge: decimal(manyDigits) },
    },
    document: {
      ...{ valid_to: 2_932_897, forever: 2_147_483_647, midnight: 86_400_000 },
      ...{ last_micros: 9_223_372_036_854_775_807n, early_micros: '1969-12-31T23:59:58.500000Z', huge: manyDigits },
    },
    line: {
      ...{ valid_to: null, forever: null, midnight: null, last_micros: null },
      ...{ early_micros: '1969-12-31T23:59:58.500000Z', huge: manyDigits },
    },
    column: { early_micros: '1969-12-31T23:59:58.500Z' },
    stored: { huge: bytes(twosComplement(BigInt(manyDigits.replace('.', '')))) },
  },
];

function twosComplement(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(parseInt(even.slice(0, 2), 16) > 127 ? `00${even}` : even, 'hex');
}

/** Rows that BigQuery refuses in an Avro file, where no value is replaced, next to one that it accepts. */
export const refusedRows: readonly ForeignCase[] = [
  { name: 'a-row-beside', event: videoLook, value: { playtime: 0.1 }, document: { playtime: 0.1 } },
  {
    name: 'a-row-of-the-year-10000',
    event: videoLook,
    value: { timestamp: year10000 },
    document: { timestamp: year10000 },
    line: { timestamp: null },
    deadRow: /BigQuery refuses the row: /,
  },
];

const texts: Readonly<Record<string, string>> = {
  'a-byte-order-mark': '\ufeffa\ufeff',
  'nul-and-controls': 'a\0b\u0001\u001f\u007f\u0085',
  'line-ends': 'a\r\nb\rc\nd\u2028e\u2029',
  'quotes-and-backslashes': '"\\"\'`\\u0041',
  'astral-and-noncharacters': '😀\u{10ffff}\uffff아이돌',
  'a-long-word': 'x'.repeat(9_000),
  'an-empty-text': '',
};

/** `<<<` in a text, to be replaced by three bytes. */
const withBytes = (hex: string) => (body: Buffer) => {
  const at = body.indexOf('<<<');
  return Buffer.concat([body.subarray(0, at), Buffer.from(hex, 'hex'), body.subarray(at + 3)]);
};

/** Any characters, and bytes that are none. */
export const textCases: readonly ForeignCase[] = [
  ...Object.entries(texts).map(([name, text]): ForeignCase => ({
    name,
    event: tweetEvent,
    value: { text },
    document: { text },
  })),
  ...Object.entries({
    'a-lone-surrogate': 'eda0bd',
    'an-overlong-form': 'c0af41',
    'bytes-that-are-no-text': 'fffe41',
    'a-text-cut-within-a-character': '4141f0',
  }).map(([name, hex]): ForeignCase => ({
    name,
    event: tweetEvent,
    value: { text: 'a <<<' },
    body: withBytes(hex),
    dead: /UTF-8/,
  })),
];
