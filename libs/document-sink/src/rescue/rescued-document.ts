import { findProperties, parseExact, withoutProperties } from '@sluice/avro';
import { sluiceField } from '@sluice/contracts';

/** A value that was moved aside, as documents have it in `_sluice.rescued`. */
interface RescuedValue {
  /** The names on the way, joined by dots. */
  readonly field: string;
  /** Where the value was, as a JSON pointer. */
  readonly at: string;
  /** Its JSON. */
  readonly value: string;
}

/** A document without the values that were moved aside, and these. */
export interface ReducedDocument {
  /** Its JSON, without `_sluice`. */
  readonly json: string;
  readonly values: readonly RescuedValue[];
}

/**
 * Moves all values of a field aside. All else in the text stays as it is, to the byte.
 *
 * @param field as the cluster names it: that of a copy of a text (`note.english`) has no value of its own, so the nearest field around is moved
 * @returns undefined where the document has no such field
 */
export function withoutField({ json, values }: ReducedDocument, field: string): ReducedDocument | undefined {
  for (let name = field; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const found = findProperties(json, name);
    if (found.length === 0) continue;
    const moved = found.map(({ pointer, value }) => ({ field: name, at: pointer, value }));
    return { json: withoutProperties(json, found), values: [...values, ...moved] };
  }
  return undefined;
}

/** The JSON of the document that is indexed: with what was moved aside in `_sluice.rescued`. */
export function rescuedJson({ json, values }: ReducedDocument): string {
  const end = json.lastIndexOf('}');
  const comma = /\{\s*$/.test(json.slice(0, end)) ? '' : ',';
  return `${json.slice(0, end)}${comma}${JSON.stringify(sluiceField)}:${JSON.stringify({ rescued: values })}}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * A document as its event had it: what was moved aside is in its place again, and `_sluice` is gone. Other documents are given back as
 * they are.
 *
 * @param document parsed by `parseExact`; may be changed
 */
export function restoredDocument(document: unknown): unknown {
  if (!isObject(document) || !Object.hasOwn(document, sluiceField)) return document;
  const added = document[sluiceField];
  Reflect.deleteProperty(document, sluiceField);
  const values = isObject(added) && Array.isArray(added['rescued']) ? (added['rescued'] as unknown[]) : [];
  // What was moved last may contain the place of what was moved before it.
  for (const value of values.toReversed()) if (isRescuedValue(value)) putBack(document, value);
  return document;
}

const isRescuedValue = (value: unknown): value is RescuedValue =>
  isObject(value) && typeof value['at'] === 'string' && typeof value['value'] === 'string';

function putBack(document: Record<string, unknown>, { at, value }: RescuedValue): void {
  const names = at
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = names.pop();
  let place: unknown = document;
  for (const name of names) place = isObject(place) && Object.hasOwn(place, name) ? place[name] : undefined;
  if (last === undefined || !isObject(place)) return;
  // Assigned, `__proto__` would not become a property.
  Object.defineProperty(place, last, { value: parseExact(value), enumerable: true, configurable: true, writable: true });
}
