/** Longer messages do not help a person, and a server's answer may have any length. */
const longestMessage = 1_000;
const longestLine = 4_000;
/** How many causes of one error are named, and how deep they are followed. */
const mostCauses = 10;

/**
 * An error as one line for a log or a person: its message (its name where it has none), its code and what caused it, without a
 * stack trace. At most some thousand characters, in time that grows with them alone. Never pass errors whose message may hold record
 * contents.
 */
export function describeError(error: unknown): string {
  return cut(describe(error, []), longestLine);
}

/** @param above the errors that this one caused: an error may by mistake be its own cause */
function describe(error: unknown, above: readonly unknown[]): string {
  if (above.includes(error) || above.length >= mostCauses) return '';
  if (!(error instanceof Error)) {
    if (typeof error === 'object' && error !== null && 'message' in error) return oneLine(String(error.message));
    return oneLine(String(error));
  }
  const causes: readonly unknown[] = [
    ...(error instanceof AggregateError ? error.errors.slice(0, mostCauses) : []),
    ...(error.cause === undefined ? [] : [error.cause]),
  ];
  const described = causes.map((cause) => describe(cause, [...above, error]));
  const because = cut([...new Set(described)].filter((text) => text !== '').join('; '), longestLine);
  const message = oneLine(error.message);
  const code =
    'code' in error && typeof error.code === 'string' && !message.includes(error.code) ? ` (${error.code})` : '';
  if (message === '') return because || `${error.name}${code}`;
  const own = `${message}${code}`;
  // Wrappers often repeat what they wrap: keep the one that says more.
  if (own.includes(because)) return own;
  return because.includes(message) ? because : `${own}: ${because}`;
}

const oneLine = (message: string): string =>
  cut(message, longestMessage)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');

const cut = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
