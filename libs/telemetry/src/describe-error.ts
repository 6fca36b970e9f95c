/**
 * An error as one line for a log or a person: its message (its name where it has none), its code and what caused it, without a
 * stack trace. Never pass errors whose message may hold record contents.
 */
export function describeError(error: unknown): string {
  return describe(error, []).replaceAll(/\s*[\r\n]+\s*/g, ' ');
}

/** @param above the errors that this one caused, for an error may by mistake be its own cause */
function describe(error: unknown, above: readonly unknown[]): string {
  if (above.includes(error)) return '';
  if (!(error instanceof Error)) {
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
    return String(error);
  }
  const causes: readonly unknown[] = [
    ...(error instanceof AggregateError ? error.errors : []),
    ...(error.cause === undefined ? [] : [error.cause]),
  ];
  const told = [...new Set(causes.map((cause) => describe(cause, [...above, error])))].filter((text) => text !== '');
  const because = told.join('; ');
  const code =
    'code' in error && typeof error.code === 'string' && !error.message.includes(error.code) ? ` (${error.code})` : '';
  if (error.message === '') return because || `${error.name}${code}`;
  const own = `${error.message}${code}`;
  // Wrappers like to repeat what they wrap: keep the one that says more.
  if (own.includes(because)) return own;
  return because.includes(error.message) ? because : `${own}: ${because}`;
}
