import type { ByteWriter } from '@sluice/avro';
import type { Verdict } from '@sluice/sink';
import pLimit from 'p-limit';
import { errorObject, type ClusterError, type DocumentCluster } from '../cluster.ts';
import { bulkBody, type BulkPart } from './bulk-body.ts';
import { rescueRefused } from '../rescue/rescue-refused.ts';
import { bulkFilterPath, bulkVerdict, isOverloaded, isRefusal, type BulkItem } from './bulk-verdict.ts';
import { errorReason, errorType } from './error-reason.ts';
import { existingVerdicts, type IndexedEvent } from './existing-documents.ts';
import { idleWriters, type IdleWriters } from './idle-writers.ts';

/** Records of one partition for a request, with their event. */
export interface RequestPart extends BulkPart {
  readonly event: IndexedEvent;
}

/** Creates documents by `_bulk` requests. Calls may overlap. */
export interface BulkRequests {
  /**
   * Creates the first of the records, as many as one request takes.
   *
   * @returns the verdicts on those it sent, for each part in order; of the first part at least one, of others there may be none
   * @throws when there is no answer that can be understood: then nothing is known
   */
  create(parts: readonly RequestPart[], signal: AbortSignal): Promise<readonly (readonly Verdict[])[]>;
}

/** Where partitions share a request, one's missing shard holds up the others, so it is waited for in a request of its own. */
const sharedShardTimeoutMs = 1_000;

const unjudged: Verdict = Object.freeze({ status: 'retry', reason: 'a document that exists was not compared' });

/** The verdicts on the records of each part, in order. */
type PartVerdicts = readonly (readonly Verdict[])[];

/** What all requests share. */
interface Sending {
  readonly cluster: DocumentCluster;
  readonly writers: IdleWriters;
  /** How long the server waits for a missing shard: shorter than the client waits, so that it still answers for the other documents. */
  readonly shardTimeoutMs: number;
}

interface Refusal {
  readonly statusCode: number;
  readonly cause: ClusterError | undefined;
}

export function bulkRequests(
  cluster: DocumentCluster,
  options: { maxRequestBytes: number; requestTimeoutMs: number; concurrency: number },
): BulkRequests {
  // A body takes memory until it is answered: how many there are must not follow from the number of partitions (G5).
  const limit = pLimit(options.concurrency);
  const sending: Sending = {
    cluster,
    writers: idleWriters(options.maxRequestBytes * 2),
    shardTimeoutMs: Math.ceil(options.requestTimeoutMs / 2),
  };
  return {
    create: (parts, signal) =>
      limit(() => {
        signal.throwIfAborted();
        return send(sending, parts, options.maxRequestBytes, signal);
      }),
  };
}

/** Sends as many of the records as fit into `maxBytes`. */
async function send(
  sending: Sending,
  parts: readonly RequestPart[],
  maxBytes: number,
  signal: AbortSignal,
): Promise<PartVerdicts> {
  const { writers } = sending;
  const writer = writers.take();
  const { bytes, counts, undecodable } = bulkBody(parts, maxBytes, writer);
  const taken = parts.map(({ records, event }, at) => ({
    records: counts[at] === records.length ? records : records.slice(0, counts[at]),
    event,
  }));
  if (undecodable.size === 0) return post(sending, taken, { bytes, writer }, signal);
  const sent = taken.map(({ records, event }) => ({
    records: records.filter((record) => !undecodable.has(record)),
    event,
  }));
  if (bytes.length === 0) writers.giveBack(writer);
  const verdicts = bytes.length === 0 ? [] : await post(sending, sent, { bytes, writer }, signal);
  return taken.map(({ records }, at) => {
    const given = verdicts[at]?.values();
    return records.map((record) => undecodable.get(record) ?? given?.next().value ?? unjudged);
  });
}

/** Sends a body that holds all records of these parts. */
async function post(
  sending: Sending,
  sent: readonly RequestPart[],
  { bytes, writer }: { bytes: Buffer; writer: ByteWriter },
  signal: AbortSignal,
): Promise<PartVerdicts> {
  const { cluster, writers } = sending;
  const { status: statusCode, body: answer } = await cluster.request(
    { method: 'POST', path: '/_bulk', querystring: querystring(sent, sending), body: bytes },
    signal,
  );
  if (statusCode >= 400) {
    // Its writer is not used again: after an early answer the connection may still be reading the bytes.
    const cause = errorObject(answer);
    if (isRefusal(statusCode, cause)) return sendInPieces(sending, sent, { statusCode, cause }, signal);
    const verdict: Verdict = {
      status: 'retry',
      reason: errorReason(statusCode, cause, cluster.remedy),
      ...(isOverloaded(statusCode) && { cause: 'overloaded' }),
    };
    return sent.map(({ records }) => records.map(() => verdict));
  }
  writers.giveBack(writer);
  const items = (answer as { items?: readonly Record<string, BulkItem>[] }).items ?? [];
  const total = sent.reduce((sum, { records }) => sum + records.length, 0);
  if (items.length !== total)
    throw new Error(
      `${cluster.product} answered ${items.length} items for ${total} documents: check whether ${cluster.addressSetting} leads to something else`,
    );
  let at = 0;
  const verdicts: (readonly Verdict[])[] = [];
  for (const part of sent)
    verdicts.push(await judge(sending, part, items.slice(at, (at += part.records.length)), signal));
  return verdicts;
}

const querystring = (parts: readonly RequestPart[], { shardTimeoutMs }: Sending) => ({
  filter_path: bulkFilterPath,
  timeout: `${parts.length > 1 ? Math.min(sharedShardTimeoutMs, shardTimeoutMs) : shardTimeoutMs}ms`,
});

async function judge(
  { cluster, shardTimeoutMs }: Sending,
  { records, event }: RequestPart,
  items: readonly Record<string, BulkItem>[],
  signal: AbortSignal,
): Promise<readonly Verdict[]> {
  const verdicts = items.map((item) => bulkVerdict(itemOf(item), cluster.remedy));
  const existing = records.filter((_, at) => verdicts[at] === 'exists');
  // Rare: a process that ended before it committed, or an event that was published twice.
  const compared = existing.length === 0 ? [] : await existingVerdicts(cluster, existing, event, signal);
  const judged = verdicts.map((verdict) => (verdict === 'exists' ? (compared.shift() ?? unjudged) : verdict));
  const isRefused = (at: number) => verdicts[at] === judged[at] && judged[at]?.status === 'rejected';
  if (!(event.rescues || event.open.length > 0) || !judged.some((_, at) => isRefused(at))) return judged;
  const refused = records.flatMap((record, at) => (isRefused(at) ? [{ record, item: itemOf(items[at]) }] : []));
  const rescued = await rescueRefused(cluster, refused, { event, timeout: `${shardTimeoutMs}ms`, signal });
  return judged.map((verdict, at) => (isRefused(at) ? (rescued.shift() ?? verdict) : verdict));
}

const itemOf = (item: Record<string, BulkItem> | undefined): BulkItem => Object.values(item ?? {})[0] ?? { status: 0 };

/** Sends what was refused as a whole in smaller requests: part by part, and each part by halves. */
async function sendInPieces(
  sending: Sending,
  parts: readonly RequestPart[],
  refusal: Refusal,
  signal: AbortSignal,
): Promise<PartVerdicts> {
  const verdicts: (readonly Verdict[])[] = [];
  for (const part of parts) {
    const { records, event } = part;
    if (records.length === 0) verdicts.push([]);
    else if (parts.length > 1) verdicts.push(...(await send(sending, [part], Infinity, signal)));
    else if (records.length === 1) return [[{ status: 'rejected', reason: refusalReason(refusal) }]];
    else {
      const half = records.length >> 1;
      const both: Verdict[] = [];
      for (const some of [records.slice(0, half), records.slice(half)])
        both.push(...(await send(sending, [{ records: some, event }], Infinity, signal)).flat());
      verdicts.push(both);
    }
  }
  return verdicts;
}

const refusalReason = ({ statusCode, cause }: Refusal): string =>
  statusCode === 413
    ? 'the document is larger than the cluster takes (413)'
    : `refused with its whole request: ${errorType(cause)} (400)`;
