import { findProperties, outermostProperties, parseExact, withoutProperties, withProperty } from '@sluice/avro';
import { sluiceField } from '@sluice/contracts';
import { propertiesOf, type Properties } from '../indices/addable-fields.ts';

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
  /** JSON by name, by part: what is beyond the fields of the index. */
  readonly flattened: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
}

/** A document from which nothing was moved yet. */
export const wholeDocument = (json: string): ReducedDocument => ({ json, values: [], flattened: {} });

/**
 * Moves all values of a field aside. All else in the text stays as it is, to the byte.
 *
 * @param field as the cluster names it: that of a copy of a text (`note.english`) has no value of its own, so the nearest field around is
 *   moved
 * @returns undefined where the document has no such field
 */
export function withoutField(document: ReducedDocument, field: string): ReducedDocument | undefined {
  const { json, values } = document;
  for (let name = field; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const found = findProperties(json, name);
    if (found.length === 0) continue;
    const moved = found.map(({ pointer, value }) => ({ field: name, at: pointer, value }));
    return { ...document, json: withoutProperties(json, found), values: [...values, ...moved] };
  }
  return undefined;
}

/**
 * Moves the names of an open part that are not fields of the index to a flattened field. What is not one object is moved as a whole.
 *
 * @param part an outermost field
 * @param known the fields that the index has in it
 * @returns undefined where the part has no such name
 */
export function withoutNewNames(
  document: ReducedDocument,
  part: string,
  known: Properties,
): ReducedDocument | undefined {
  const [whole] = findProperties(document.json, part);
  if (whole === undefined) return undefined;
  const value = parseExact(whole.value);
  if (!isObject(value)) return undefined;
  if (Array.isArray(value)) {
    if (!hasNewNames(value, known)) return undefined;
    const flattened = { ...document.flattened, [part]: whole.value };
    return { ...document, json: withoutProperties(document.json, [whole]), flattened };
  }
  const fresh = new Set(Object.keys(value).filter((name) => hasNewNames({ [name]: value[name] }, known)));
  const inside = outermostProperties(whole.value).filter(({ name }) => fresh.has(name));
  if (inside.length === 0) return undefined;
  const rest = withoutProperties(whole.value, inside);
  const own = Object.fromEntries(inside.map(({ name, value: json }) => [name, json]));
  const start = whole.to - whole.value.length;
  return {
    ...document,
    json: `${document.json.slice(0, start)}${rest}${document.json.slice(whole.to)}`,
    flattened: { ...document.flattened, [part]: own },
  };
}

/** Whether a value has a name, at any depth, that is not among the fields. */
function hasNewNames(value: unknown, fields: Properties): boolean {
  if (!isObject(value)) return false;
  if (Array.isArray(value)) return value.some((item) => hasNewNames(item, fields));
  return Object.entries(value).some(([name, inner]) => {
    const field = name.split('.').reduce<unknown>((at, one) => propertiesOf(at)[one], { properties: fields });
    return inner !== null && (field === undefined || hasNewNames(inner, propertiesOf(field)));
  });
}

/** The JSON of the document that is indexed: with what was moved aside in `_sluice`. */
export function rescuedJson({ json, values, flattened }: ReducedDocument): string {
  const parts = Object.entries(flattened).map(([part, held]) => `${JSON.stringify(part)}:${partJson(held)}`);
  const added = [
    ...(values.length > 0 ? [`"rescued":${JSON.stringify(values)}`] : []),
    ...(parts.length > 0 ? [`"flattened":{${parts.join()}}`] : []),
  ];
  if (added.length === 0) return json;
  return withProperty(json, sluiceField, `{${added.join()}}`);
}

const partJson = (held: Readonly<Record<string, string>> | string): string =>
  typeof held === 'string'
    ? held
    : `{${Object.entries(held)
        .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
        .join()}}`;

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
  const flattened = isObject(added) && isObject(added['flattened']) ? added['flattened'] : {};
  for (const [part, held] of Object.entries(flattened)) {
    const own = Object.hasOwn(document, part) ? document[part] : undefined;
    if (isObject(own) && isObject(held)) for (const [name, value] of Object.entries(held)) define(own, name, value);
    else define(document, part, held);
  }
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
  define(place, last, parseExact(value));
}

/** Assigned, `__proto__` would not become a property. */
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
