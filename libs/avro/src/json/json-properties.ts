/** One property of an object within a JSON text. */
export interface JsonProperty {
  /** Where it begins, with its name, and where it ends, behind its value. */
  readonly from: number;
  readonly to: number;
  /** Its value, as the text has it. */
  readonly value: string;
  /** Where the value is, as a JSON pointer (RFC 6901). */
  readonly pointer: string;
}

/**
 * Finds the values of a field in a JSON text, in the order of the text. Arrays on the way have a value in each of their elements.
 *
 * @param json one valid JSON value
 * @param field the names on the way, joined by dots; a name may have dots itself
 */
export function findProperties(json: string, field: string): JsonProperty[] {
  const found: JsonProperty[] = [];
  visit(json, afterSpace(json, 0), field, '', found);
  return found;
}

/**
 * A JSON text without some of its properties, each cut out with one comma next to it. All else stays as it is.
 *
 * @param found by `findProperties`, in their order
 */
export function withoutProperties(json: string, found: readonly JsonProperty[]): string {
  let kept = '';
  let at = 0;
  for (const { from, to } of found) {
    const before = /,\s*$/.exec(json.slice(at, from))?.[0].length ?? 0;
    const after = before > 0 ? 0 : (/^\s*,/.exec(json.slice(to))?.[0].length ?? 0);
    kept += json.slice(at, from - before);
    at = to + after;
  }
  return kept + json.slice(at);
}

/** An object's JSON with one more property at its end. All else stays as it is. @param value its JSON */
export function withProperty(json: string, name: string, value: string): string {
  const end = json.lastIndexOf('}');
  const comma = /\{\s*$/.test(json.slice(0, end)) ? '' : ',';
  return `${json.slice(0, end)}${comma}${JSON.stringify(name)}:${value}}`;
}

/** The properties of an object's JSON, in the order of the text; none where it is not one object's. */
export function outermostProperties(json: string): (JsonProperty & { readonly name: string })[] {
  const found: (JsonProperty & { readonly name: string })[] = [];
  const start = afterSpace(json, 0);
  if (json[start] !== '{') return found;
  for (const one of eachProperty(json, start)) {
    const to = endOfValue(json, one.valueAt);
    one.end = to;
    const { from, name } = one;
    found.push({ from, to, name, value: json.slice(one.valueAt, to), pointer: `/${escaped(name)}` });
  }
  return found;
}

/** A property on the way through an object. */
interface PropertyAt {
  readonly from: number;
  readonly name: string;
  readonly valueAt: number;
  /** Where its value ends: the caller sets it. */
  end: number;
}

/** The properties of the object that begins at `at`. Each needs its `end` before the next is asked for. @returns where the object ends */
function* eachProperty(json: string, at: number): Generator<PropertyAt, number> {
  let next = afterSpace(json, at + 1);
  while (json[next] !== '}') {
    const endOfName = endOfString(json, next);
    const name = JSON.parse(json.slice(next, endOfName)) as string;
    const property: PropertyAt = {
      from: next,
      name,
      valueAt: afterSpace(json, afterSpace(json, endOfName) + 1),
      end: 0,
    };
    yield property;
    next = afterSpace(json, property.end);
    if (json[next] === ',') next = afterSpace(json, next + 1);
  }
  return next + 1;
}

/** A name within a JSON pointer. */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Looks for `rest` in the value that begins at `at`. @returns where the value ends */
function visit(json: string, at: number, rest: string, pointer: string, found: JsonProperty[]): number {
  if (json[at] === '{') return visitObject(json, at, rest, pointer, found);
  if (json[at] !== '[') return endOfValue(json, at);
  let next = afterSpace(json, at + 1);
  for (let n = 0; json[next] !== ']'; n++) {
    next = afterSpace(json, visit(json, next, rest, `${pointer}/${n}`, found));
    if (json[next] === ',') next = afterSpace(json, next + 1);
  }
  return next + 1;
}

function visitObject(json: string, at: number, rest: string, pointer: string, found: JsonProperty[]): number {
  const properties = eachProperty(json, at);
  let step = properties.next();
  while (step.done !== true) {
    const { from, name, valueAt } = step.value;
    const here = `${pointer}/${escaped(name)}`;
    if (rest.startsWith(`${name}.`)) step.value.end = visit(json, valueAt, rest.slice(name.length + 1), here, found);
    else {
      const to = (step.value.end = endOfValue(json, valueAt));
      if (name === rest) found.push({ from, to, value: json.slice(valueAt, to), pointer: here });
    }
    step = properties.next();
  }
  return step.value;
}

function afterSpace(json: string, at: number): number {
  while (/\s/.test(json[at] ?? '')) at++;
  return at;
}

/** Finds the end of the string that begins at `at`, behind its quote. */
function endOfString(json: string, at: number): number {
  for (let end = json.indexOf('"', at + 1); ; end = json.indexOf('"', end + 1)) {
    let escapes = end;
    while (json[escapes - 1] === '\\') escapes--;
    if ((end - escapes) % 2 === 0) return end + 1;
  }
}

function endOfValue(json: string, at: number): number {
  if (json[at] === '"') return endOfString(json, at);
  if (json[at] !== '{' && json[at] !== '[') {
    while (at < json.length && !/[\s,\]}]/.test(json[at] ?? '')) at++;
    return at;
  }
  for (let depth = 0; ; at++) {
    if (json[at] === '"') at = endOfString(json, at) - 1;
    else if (json[at] === '{' || json[at] === '[') depth++;
    else if (json[at] === '}' || json[at] === ']') depth--;
    if (depth === 0) return at + 1;
  }
}
