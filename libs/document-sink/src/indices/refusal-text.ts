import type { ClusterAnswer, Remedy } from '../cluster.ts';

interface Cause {
  type?: string;
  reason?: string;
  caused_by?: Cause;
}

/**
 * A refusal in one line: the error, its innermost cause, and what resolves it. For requests without documents only, as it quotes the
 * cluster's reasons in full.
 */
export function refusalText({ body, status }: ClusterAnswer, remedy: Remedy): string {
  const outer = (body as { error?: Cause } | undefined)?.error;
  let inner = outer;
  while (inner?.caused_by !== undefined) inner = inner.caused_by;
  const reasons = [...new Set([outer?.reason, inner?.reason])].filter((reason) => reason !== undefined).join(': ');
  const text = `${outer?.type ?? 'unknown error'} (${status === 0 ? 'no status' : status})`;
  const fix = remedy(status, outer);
  return `${text}${reasons === '' ? '' : `: ${reasons.replaceAll(/\s+/g, ' ')}`}${fix === undefined ? '' : `; ${fix}`}`;
}
