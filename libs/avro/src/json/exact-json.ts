/** A whole number, as a value of its own, that a double may not hold. */
const longInteger = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * Parses JSON; whole numbers beyond 2^53 become bigints, so that they stay exact.
 *
 * @throws SyntaxError
 */
export function parseExact(json: string): unknown {
  // The reviver is slow and rarely needed.
  return longInteger.test(json) ? JSON.parse(json, exactInteger) : JSON.parse(json);
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  const { source } = context ?? {};
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Whether two parsed JSON values are equal, whatever the order of fields and the form of numbers. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** Like `sameJson`, but fields that one of the values lacks do not count, at any depth. */
export function agreeingJson(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return a === b;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => agreeingJson(item, b[at]))
    );
  return Object.keys(a).every((key) => !Object.hasOwn(b, key) || agreeingJson(a[key], b[key]));
}
