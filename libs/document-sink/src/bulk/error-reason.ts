import type { ClusterError, Remedy } from '../cluster.ts';

/** The reason of a document that would give the index more fields than it may have. */
export const beyondFields = /^(?:\[\d+:\d+\] )?(?:failed to parse: )?Limit of total fields \[(\d+)\] has been exceeded/;

/**
 * The parts of a reason that may be repeated. A cluster quotes documents in its reasons (a preview of the value, the whole source
 * where a shard is missing), and record contents must not reach a log. So only what one of these patterns captures is repeated. Each is
 * anchored at the beginning and ends before the first quotation.
 */
const details: readonly (readonly [pattern: RegExp, describe: (first: string, second: string) => string])[] = [
  [
    /^(?:\[\d+:\d+\] )?failed to parse field \[([A-Za-z_][\w.]*)\] of type \[([a-z_]+)\]/,
    (field, type) => `the field ${field} is of type ${type} and does not take the value`,
  ],
  [
    /^(?:\[\d+:\d+\] )?object mapping for \[([A-Za-z_][\w.]*)\] tried to parse field/,
    (field) => `the field ${field} is an object and does not take the value`,
  ],
  [beyondFields, (most) => `the index may have ${most} fields, and the document needs more`],
  [/^(?:index \[[^\]]*\] )?blocked by: \[([A-Z_]+\/\d+\/[^;\]]*)/, (block) => `blocked by ${block}`],
  [
    /^Validation Failed: 1: this action would add \[\d+\] shards, but this cluster currently has \[(\d+)\]\/\[(\d+)\]/,
    (open, most) => `the cluster has ${open} shards and may have ${most}`,
  ],
  [
    /^\[([a-z0-9._-]+)\]\[\d+\] (primary shard is not active|Not enough active copies)/,
    (index, problem) => `${index}: ${problem}`,
  ],
  [/^no such index \[([a-z0-9._-]+)\]/, (index) => `there is no index ${index}`],
  [/^(pipeline with id \[[\w.-]+\] does not exist)/, (problem) => problem],
  [/^action \[([\w:/[\]]+)\] is unauthorized/, (action) => `the credentials do not allow ${action}`],
  [/^(?:unable to authenticate|missing authentication credentials)/, () => 'the credentials are not accepted'],
];

/**
 * One sentence for a log or a dead letter, without the document's contents: the type, the status, what is safe to repeat, and what to do
 * about an error that does not lie in the document.
 */
export function errorReason(status: number, error: ClusterError | undefined, remedy: Remedy): string {
  const fix = remedy(status, error);
  return fix === undefined ? problemOf(status, error) : `${problemOf(status, error)}; ${fix}`;
}

function problemOf(status: number, error: ClusterError | undefined): string {
  const named = `${errorType(error)} (${status})`;
  for (const [pattern, describe] of details) {
    const found = pattern.exec(error?.reason ?? '');
    if (found !== null) return `${named}: ${describe(found[1] ?? '', found[2] ?? '')}`;
  }
  return named;
}

/** The name of the cluster's exception, such as `document_parsing_exception`. */
export const errorType = (error: ClusterError | undefined): string =>
  /^[a-z_]{1,100}$/.exec(error?.type ?? '')?.[0] ?? 'unknown error';
