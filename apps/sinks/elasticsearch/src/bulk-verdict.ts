import { delivered, type Verdict } from '@sluice/sink';

/** One item of a bulk answer, cut down to what a verdict needs. */
export interface BulkItem {
  status: number;
  error?: { type?: string; reason?: string };
}

/** What the answer is cut down to, by `filter_path`. */
export const bulkFilterPath = 'items.*.status,items.*.error.type,items.*.error.reason';

/**
 * Errors with status 400 that say something about the cluster, not about the document: it comes right without the document being
 * changed (`validation_exception`: the cluster has as many shards as it may).
 */
const clusterErrors = new Set([
  'validation_exception',
  'index_closed_exception',
  'invalid_index_name_exception',
  'process_cluster_event_timeout_exception',
]);

/** What became of one document. */
export function bulkVerdict({ status, error }: BulkItem): Verdict {
  // `create` of an id that exists: it was delivered before (G3).
  if (status === 200 || status === 201 || status === 409) return delivered;
  const type = error?.type ?? 'unknown error';
  const reason = `${type} (${status})${error?.reason === undefined ? '' : `: ${withoutContents(error.reason)}`}`;
  if (status === 400 && !clusterErrors.has(type)) return { status: 'rejected', reason };
  return { status: 'retry', reason };
}

/** Elasticsearch quotes the offending value in its reasons; record contents must not reach a log. */
function withoutContents(reason: string): string {
  const cut = reason.search(/\. Preview of field's value|: \[?For input string|, but found|with value|\bvalue \[/);
  return (cut < 0 ? reason : reason.slice(0, cut)).slice(0, 500);
}
