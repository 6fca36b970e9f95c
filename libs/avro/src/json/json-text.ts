/** How deeply objects and arrays may be nested in a text that is written as JSON. */
export const deepestJson = 100;

/**
 * A text as part of other JSON, on one line: itself if it is a JSON value, else a JSON string of it. Numbers keep all their digits.
 *
 * A text that destinations would refuse does not count as JSON: nested deeper than `deepestJson`, or with a name twice in one object.
 */
export function jsonText(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const { depth, names } = structureOf(text);
    // Parsing keeps the last of several values with one name, so a lost name shows a duplicate.
    if (depth > deepestJson || countNames(value) !== names) return JSON.stringify(text);
  } catch {
    return JSON.stringify(text.toWellFormed());
  }
  // In valid JSON line breaks occur between tokens only, never in a string.
  return text.replaceAll(/[\r\n]+/g, ' ');
}

/** How deeply a valid JSON text is nested, and how many names its objects have. */
function structureOf(json: string): { depth: number; names: number } {
  let depth = 0;
  let deepest = 0;
  let names = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfString(json, at);
    else if (code === colon) names++;
    else if (code === openBrace || code === openBracket) deepest = Math.max(deepest, ++depth);
    else if (code === closeBrace || code === closeBracket) depth--;
  }
  return { depth: deepest, names };
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Finds the quote that ends the string beginning at `at`. */
function endOfString(json: string, at: number): number {
  for (let end = json.indexOf('"', at + 1); ; end = json.indexOf('"', end + 1)) {
    let escapes = end;
    while (json.charCodeAt(escapes - 1) === backslash) escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return inner.reduce<number>((sum, one) => sum + countNames(one), Array.isArray(value) ? 0 : inner.length);
}
