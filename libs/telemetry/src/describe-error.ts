/**
 * An error as one line for a log or a person: name, code and message of it and of what caused it, without a stack trace.
 * Never pass errors whose message may hold record contents.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
    return String(error);
  }
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set(error.errors.map(describeError))].join('; ');
  }
  const code =
    'code' in error && typeof error.code === 'string' && !error.message.includes(error.code) ? ` (${error.code})` : '';
  const cause = error.cause === undefined ? '' : `: ${describeError(error.cause)}`;
  return `${error.message || error.name}${code}${cause.includes(error.message) ? '' : cause}`;
}
