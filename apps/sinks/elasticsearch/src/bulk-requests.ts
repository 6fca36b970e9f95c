import { errors, type Client } from '@elastic/elasticsearch';
import type { SinkRecord, Verdict } from '@sluice/sink';
import pLimit from 'p-limit';
import { bulkBody } from './bulk-body.ts';
import { bulkFilterPath, bulkVerdict, type BulkItem } from './bulk-verdict.ts';
import { clusterProblem } from './cluster-problem.ts';
import { errorReason, errorType, type ElasticsearchError } from './error-reason.ts';
import { existingVerdicts, type IndexedEvent } from './existing-documents.ts';
import { idleWriters } from './idle-writers.ts';

/** Creates documents by `_bulk` requests. Calls may overlap. */
export interface BulkRequests {
  /**
   * Creates the first of the records, as many as one request takes.
   *
   * @returns the verdicts on those it sent, at least one, in order
   * @throws when there is no answer, or none that can be understood: nothing is known then
   */
  create(records: readonly SinkRecord[], event: IndexedEvent, signal: AbortSignal): Promise<readonly Verdict[]>;
}

const unjudged: Verdict = Object.freeze({ status: 'retry', reason: 'a document that exists was not compared' });

export function bulkRequests(
  client: Client,
  {
    maxRequestBytes,
    requestTimeoutMs,
    concurrency,
  }: { maxRequestBytes: number; requestTimeoutMs: number; concurrency: number },
): BulkRequests {
  // A body takes memory until it is answered: how many there are must not follow from the number of partitions (G5).
  const limit = pLimit(concurrency);
  const writers = idleWriters(maxRequestBytes * 2);
  const querystring = {
    filter_path: bulkFilterPath,
    // How long the server waits for a missing shard. Shorter than the client waits, so that it still tells of the other documents.
    timeout: `${Math.ceil(requestTimeoutMs / 2)}ms`,
  };

  const send = async (
    records: readonly SinkRecord[],
    event: IndexedEvent,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<readonly Verdict[]> => {
    const writer = writers.take();
    const { bytes, count } = bulkBody(records, event.indexOf, maxBytes, writer);
    const sent = count === records.length ? records : records.slice(0, count);
    let answer: unknown;
    try {
      answer = await client.transport.request(
        { method: 'POST', path: '/_bulk', querystring, bulkBody: bytes },
        { signal },
      );
    } catch (error) {
      // Its writer is not used again: after an early answer the connection may still be reading the bytes.
      if (!(error instanceof errors.ResponseError)) throw clusterProblem(error);
      const { statusCode = 0 } = error;
      const cause = (error.body as { error?: ElasticsearchError } | undefined)?.error;
      if (!isRefusal(statusCode, cause)) {
        const verdict: Verdict = { status: 'retry', reason: errorReason(statusCode, cause) };
        return sent.map(() => verdict);
      }
      if (sent.length === 1) return [{ status: 'rejected', reason: refusalReason(statusCode, cause) }];
      const half = sent.length >> 1;
      const first = await send(sent.slice(0, half), event, Infinity, signal);
      return [...first, ...(await send(sent.slice(half), event, Infinity, signal))];
    }
    writers.giveBack(writer);
    const items = (answer as { items?: readonly Record<string, BulkItem>[] }).items ?? [];
    if (items.length !== sent.length)
      throw new Error(
        `Elasticsearch answered ${items.length} items for ${sent.length} documents: check whether ELASTICSEARCH_URL leads to something else`,
      );
    const verdicts = items.map((item) => bulkVerdict(Object.values(item)[0] ?? { status: 0 }));
    const existing = sent.filter((_, at) => verdicts[at] === 'exists');
    // Rare: a process that ended before it settled, or an event that was published twice.
    const judged = existing.length === 0 ? [] : await existingVerdicts(client, existing, event, signal);
    return verdicts.map((verdict) => (verdict === 'exists' ? (judged.shift() ?? unjudged) : verdict));
  };

  return {
    create: (records, event, signal) =>
      limit(() => {
        signal.throwIfAborted();
        return send(records, event, maxRequestBytes, signal);
      }),
  };
}

/**
 * Whether a whole request was refused for what is in it, so that its halves may fare better. A 400 says so only in Elasticsearch's
 * own form; from anything else on the way it is a failure like any other.
 */
const isRefusal = (status: number, error: ElasticsearchError | undefined): boolean =>
  status === 413 || (status === 400 && typeof error?.type === 'string');

const refusalReason = (status: number, error: ElasticsearchError | undefined): string =>
  status === 413
    ? 'the document is larger than the cluster takes (413)'
    : `refused with its whole request: ${errorType(error)} (400)`;
