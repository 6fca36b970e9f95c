import { sameJson } from '@sluice/avro';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

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
