import { UnreadableText } from './decode-text.ts';

export interface ParsedJson {
  /** Every string in it is well-formed Unicode. */
  value: unknown;
  /** The text that was parsed: as it came, but for the surrogates that were replaced. */
  text: string;
  /** How many surrogates without their other half were replaced by U+FFFD. */
  replaced: number;
}

/**
 * Parses JSON from outside so that nothing changes without a count.
 *
 * JSON can escape half of a surrogate pair, as `"\ud83d"`; no UTF-8 can hold it. Each becomes U+FFFD, in names of members too, and in
 * `text` the escape of it.
 *
 * @param numbers `bigints` for whole numbers beyond 2^53, `as written` for a string instead of each number; both take ten times as
 *   long. Unless given numbers are doubles, as those of JSON.parse
 * @throws UnreadableText where it is not JSON, or nested more than 200 levels deep
 */
export function parseJson(source: string, numbers?: 'bigints' | 'as written'): ParsedJson {
  let replaced = 0;
  const text = surrogateEscape.test(source)
    ? source.replace(escapes, (escape, lone: string | undefined) => {
        if (lone === undefined) return escape;
        replaced++;
        return '\\ufffd';
      })
    : source;
  if (isTooDeep(text)) throw new UnreadableText(`it is JSON nested more than ${mostLevels} levels deep`);
  try {
    const exact = numbers === 'bigints' && longNumber.test(text) ? exactNumbers : undefined;
    const reviver = numbers === 'as written' ? numbersAsWritten : exact;
    const value: unknown = reviver === undefined ? JSON.parse(text) : JSON.parse(text, reviver);
    return { value, text, replaced };
  } catch {
    throw new UnreadableText('it is not JSON');
  }
}

/** Destinations refuse deeper nesting, each at another depth: Elasticsearch at 1,000 levels, BigQuery at 500. */
const mostLevels = 200;

function isTooDeep(text: string): boolean {
  return opens(text, '{') + opens(text, '[') > mostLevels && levelsOf(text) > mostLevels;
}

/** How many of a character there are, as far as that matters: much faster than to look at every character. */
function opens(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1 && count <= mostLevels; at = text.indexOf(character, at + 1))
    count++;
  return count;
}

/** The deepest level, or the first one that is too deep. */
function levelsOf(text: string): number {
  let deepest = 0;
  let [depth, isText] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isText) {
      if (code === backslash) at++;
      else if (code === quote) isText = false;
    } else if (code === quote) isText = true;
    else if (code === openBracket || code === openBrace) {
      deepest = Math.max(deepest, ++depth);
      if (deepest > mostLevels) return deepest;
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return deepest;
}

const [quote, backslash] = [0x22, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

const surrogateEscape = /\\u[dD][89a-fA-F]/;
/** All escapes, one after the other, so that the second half of `\\` begins none. Only a surrogate without its other half is captured. */
const escapes = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|[^])/g;
/** Where a whole number may be beyond 2^53. Within a string it costs only time. */
const longNumber = /[:,[\s]-?\d{16,}|^-?\d{16,}/;
const wholeDigits = /^-?\d+$/;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

declare global {
  interface JSON {
    /** With the third argument that TypeScript's types lack (TC39: JSON.parse source text access). */
    parse(text: string, reviver: Reviver): unknown;
  }
}

const exactNumbers: Reviver = (_, value, { source }) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && wholeDigits.test(source)
    ? BigInt(source)
    : value;

const numbersAsWritten: Reviver = (_, value, { source }) => (typeof value === 'number' ? (source ?? value) : value);
