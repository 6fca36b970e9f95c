import { delivered, type Verdict } from '@sluice/sink';
import type { ClusterError, Remedy } from '../cluster.ts';
import { errorReason, errorType } from './error-reason.ts';

/** One item of a bulk answer, cut down to what a verdict needs. */
export interface BulkItem {
  status: number;
  error?: ClusterError;
}

/** What the answer is cut down to, by `filter_path`. Reasons of causes are left out: they only quote more of the document. */
export const bulkFilterPath = 'items.*.status,items.*.error.type,items.*.error.reason';

/** Errors with status 400 that lie in the cluster, not in the document: they go away without the document being changed. */
const clusterErrors = new Set([
  // The cluster has as many shards as it may.
  'validation_exception',
  'index_closed_exception',
  'invalid_index_name_exception',
  'invalid_alias_name_exception',
]);

/** A cluster error under the general name that document errors have too. */
const missingPipeline = /^pipeline with id \[[^\]]*\] does not exist/;

const isClusterError = (error: ClusterError | undefined): boolean =>
  clusterErrors.has(errorType(error)) || missingPipeline.test(error?.reason ?? '');

/** Whether a status says that there is too much to do now. */
export const isOverloaded = (status: number): boolean => status === 429 || status === 503;

/** What became of one document; `exists` where its id was there, whosever document that is: see `existingVerdicts`. */
export function bulkVerdict({ status, error }: BulkItem, remedy: Remedy): Verdict | 'exists' {
  if (status === 200 || status === 201) return delivered;
  if (status === 409 && error?.type === 'version_conflict_engine_exception') return 'exists';
  const reason = errorReason(status, error, remedy);
  if (status === 400 && !isClusterError(error)) return { status: 'rejected', reason };
  return { status: 'retry', reason, ...(isOverloaded(status) && { cause: 'overloaded' }) };
}

/**
 * Whether a whole request was refused for what is in it, so that its halves may fare better. A 400 says so only in the cluster's
 * own form; from anything else on the way it is a failure like any other.
 */
export const isRefusal = (status: number, error: ClusterError | undefined): boolean =>
  status === 413 || (status === 400 && typeof error?.type === 'string');
