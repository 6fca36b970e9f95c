/** A whole number, by itself, that a double may not hold. */
const longInteger = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * Parses JSON; whole numbers beyond 2^53 become bigints, so that they are what they are.
 *
 * @throws SyntaxError
 */
export function parseExact(json: string): unknown {
  // The reviver is slow, and seldom needed.
  return longInteger.test(json) ? JSON.parse(json, exactInteger) : JSON.parse(json);
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  const { source } = context ?? {};
  if (typeof value !== 'number' || source === undefined || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Whether two parsed JSON values say the same: the order of fields and the form of numbers do not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/**
 * Whether a value is one of two forms of the same event, or lies between them: each field that it has is as in one of the forms, and
 * it lacks none that both have.
 */
export function isBetween(value: unknown, a: unknown, b: unknown): boolean {
  if (sameJson(value, a) || sameJson(value, b)) return true;
  if (!isObject(value) || !isObject(a) || !isObject(b)) return false;
  const kinds = new Set([value, a, b].map(Array.isArray));
  if (kinds.size > 1) return false;
  return [...new Set([...Object.keys(value), ...Object.keys(a), ...Object.keys(b)])].every((key) => {
    const forms = [a, b].filter((form) => Object.hasOwn(form, key)).map((form) => form[key]);
    return Object.hasOwn(value, key)
      ? forms.length > 0 && isBetween(value[key], forms[0], forms.at(-1))
      : forms.length < 2;
  });
}

/** The names of the outermost fields in which two objects differ. */
export function differingFields(a: unknown, b: unknown): string[] {
  if (!isObject(a) || !isObject(b)) return [];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (key) => Object.hasOwn(a, key) !== Object.hasOwn(b, key) || !sameJson(a[key], b[key]),
  );
}
