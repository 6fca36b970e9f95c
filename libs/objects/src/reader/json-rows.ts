import { parseExact } from '@sluice/avro';
import type { Readable } from 'node:stream';
import { UnreadableObject, type StoredRow } from './stored-row.ts';

const newline = 0x0a;
/** A record in Kafka has rarely more than a few MiB; as JSON it may be some times as long. */
const longestLine = 128 * 1024 * 1024;

/** The rows of gzip JSON lines that are already unpacked. @throws UnreadableObject */
export async function* jsonRows(unpacked: Readable): AsyncGenerator<StoredRow> {
  let row = 0;
  for await (const line of lines(unpacked)) {
    row++;
    const found = fastRow(line) ?? parsedRow(line);
    if (found === undefined) throw new UnreadableObject(`line ${row} is not a JSON object that begins with a _kafka`);
    yield found;
  }
}

async function* lines(stream: Readable): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const piece = chunk.subarray(from, end);
      yield parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      [parts, held, from] = [[], 0, end + 1];
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held > longestLine) throw new UnreadableObject('a line does not end');
  }
  if (parts.length > 0) throw new UnreadableObject('its last line does not end');
}

/** As the sink writes it: `{"_kafka":{"topic":"tweets","partition":0,"offset":123},…`. Topic names need no escapes. */
const head = /^\{"_kafka":\{"topic":"([\w.-]+)","partition":(\d{1,9}),"offset":(\d{1,19})\}([,}])/;
/** Longer than any such beginning: a topic's name has up to 249 characters. */
const headBytes = 400;

function fastRow(line: Buffer): StoredRow | undefined {
  const match = head.exec(line.toString('latin1', 0, headBytes));
  if (match === null) return undefined;
  const [whole, topic = '', partition = '', offset = '', next] = match;
  // With a brace in place of the comma, the rest is an object too. No other code reads this line.
  const json = line.subarray(whole.length - 1);
  if (next === ',') json[0] = 0x7b;
  else
    return line.length === whole.length
      ? rowOf(topic, Number(partition), BigInt(offset), Buffer.from('{}'))
      : undefined;
  return rowOf(topic, Number(partition), BigInt(offset), json);
}

const rowOf = (topic: string, partition: number, offset: bigint, json: Buffer): StoredRow => ({
  topic,
  partition,
  offset,
  contents: { format: 'JSON', json },
});

function parsedRow(line: Buffer): StoredRow | undefined {
  try {
    const parsed = parseExact(line.toString());
    if (!isObject(parsed) || !isObject(parsed['_kafka'])) return undefined;
    const { _kafka: place, ...rest } = parsed;
    const { topic, partition, offset } = place;
    if (typeof topic !== 'string' || typeof partition !== 'number') return undefined;
    if (typeof offset !== 'number' && typeof offset !== 'bigint') return undefined;
    return { topic, partition, offset: BigInt(offset), contents: { format: 'PARSED', document: rest } };
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
