import type { FastifyInstance } from 'fastify';
import { parseExact } from '@sluice/avro';
import { contracts, topicName } from '@sluice/contracts';
import {
  FilterSyntaxError,
  filterClause,
  listTopics,
  parseFilter,
  tailCommand,
  tailTopic,
  unknownPaths,
  type DecodedValue,
  type TailCounts,
  type TailedRecord,
  type TailItem,
} from '@sluice/operations';
import { describeError } from '@sluice/telemetry';
import type { ShownCounts, ShownRecord, TailMessage } from '../api/records.ts';
import { eventStream, type EventStream } from '../server/event-stream.ts';
import { BadRequest, pathText, queryText } from './query-text.ts';
import type { ViewContext } from './view-context.ts';

/** A person cannot read more in a second. */
const perSecond = 50;
const shownAtFirst = 50;
const mostAtFirst = 500;

/** `/api/topics`, and `/api/tail/TOPIC?filter=…&last=…`, a stream of records that follows the topic. */
export function addRecords(server: FastifyInstance, { places, signal }: ViewContext): void {
  server.get('/api/topics', async () =>
    (await listTopics(places.reached())).map(({ contract, offsets, ...topic }) => ({
      ...topic,
      offsets: String(offsets),
      contract: contract?.name,
    })),
  );
  server.get('/api/filter-clause', (request) => ({
    clause: clauseOf(queryText(request, 'path'), queryText(request, 'value')),
  }));
  server.get('/api/tail/:topic', async (request, reply) => {
    const access = places.reached();
    const topic = pathText(request, 'topic');
    const stream = eventStream(request, reply, signal);
    const say = (message: TailMessage) => void stream.send('tail', message);
    try {
      const text = queryText(request, 'filter');
      const last = Math.min(mostAtFirst, Math.max(0, Number(queryText(request, 'last') ?? shownAtFirst) || 0));
      const filter = text === undefined ? undefined : parseFilter(text);
      const contract = contracts.find((each) => topicName(each) === topic);
      const unknown = filter === undefined || contract === undefined ? [] : unknownPaths(filter, contract);
      say({
        kind: 'started',
        command: tailCommand(topic, text),
        unknownPaths: unknown.map(({ path, suggestion = null }) => ({ path, suggestion })),
      });
      const tail = tailTopic(access, {
        ...{ topic, perSecond, signal: stream.signal },
        from: last === 0 ? 'end' : { last },
        ...(filter !== undefined && { filter }),
      });
      await follow(tail, stream);
    } catch (error) {
      if (!stream.signal.aborted) say({ kind: 'refused', ...refusal(error) });
    } finally {
      stream.end();
    }
    return reply;
  });
}

/** The condition that a click on a field adds. Path and value are JSON. */
function clauseOf(path = '', value = ''): string {
  try {
    const parts: unknown = JSON.parse(path);
    if (!Array.isArray(parts)) throw new TypeError('a path is an array');
    return filterClause(
      parts.map((part) => (typeof part === 'number' ? part : String(part))),
      parseExact(value),
    );
  } catch (error) {
    throw new BadRequest(`path and value must be JSON: ${describeError(error)}`);
  }
}

const refusal = (error: unknown): { reason: string; caret?: string } =>
  error instanceof FilterSyntaxError ? { reason: error.message, caret: error.caret } : { reason: describeError(error) };

/** Passes a tail on. What the reader does not take is not read from Kafka. */
async function follow(tail: AsyncIterable<TailItem> & { counts: TailCounts }, stream: EventStream): Promise<void> {
  let countedMs = 0;
  for await (const item of tail) {
    if (stream.signal.aborted) return;
    await stream.drained();
    const nowMs = Date.now();
    if (nowMs - countedMs >= 1_000) {
      countedMs = nowMs;
      stream.send('tail', { kind: 'counts', counts: countsOf(tail.counts), atMs: nowMs } satisfies TailMessage);
    }
    const message = messageOf(item);
    if (message !== undefined) stream.send('tail', message);
  }
}

function messageOf(item: TailItem): TailMessage | undefined {
  switch (item.kind) {
    case 'record':
      return { kind: 'record', record: shownRecord(item.record) };
    case 'skipped':
      return { kind: 'notice', text: skippedText(item) };
    case 'waiting':
      return { kind: 'notice', text: `Waiting for ${item.what}: ${item.reason}` };
    case 'resumed':
      return { kind: 'notice', text: `${item.what} answers again, after ${(item.afterMs / 1000).toFixed(0)} s` };
    case 'looked':
      return undefined;
  }
}

function skippedText({ partition, from, to, reason }: TailItem & { kind: 'skipped' }): string {
  if (to === undefined) return `Partition ${partition} cannot be read from offset ${from} on: ${reason}`;
  return `Offsets ${from} to ${to - 1n} of partition ${partition} are left out: ${reason}`;
}

const countsOf = ({ read, shown, filtered, undecodable, overRate, skippedOffsets }: TailCounts): ShownCounts => ({
  ...{ read, shown, filtered, undecodable, overRate },
  skippedOffsets: String(skippedOffsets),
});

const shownRecord = ({ partition, offset, timeMs, key, headers, value, bytes }: TailedRecord): ShownRecord => ({
  ...{ partition, offset: String(offset), timeMs, key, headers, bytes },
  value: shownValue(value),
});

function shownValue(value: DecodedValue): ShownRecord['value'] {
  switch (value.kind) {
    case 'json':
      return { kind: 'json', json: value.json };
    case 'text':
      return { kind: 'text', text: value.text };
    case 'tombstone':
      return { kind: 'tombstone' };
    case 'bytes':
      return { kind: 'bytes', base64: value.bytes.toString('base64') };
    case 'undecodable':
      return { kind: 'bytes', base64: value.bytes.toString('base64'), reason: value.reason };
  }
}
