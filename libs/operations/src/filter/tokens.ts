import type { Path } from './condition.ts';
import { FilterSyntaxError } from './filter-syntax-error.ts';

export type Token = {
  /** As it was written. */
  readonly source: string;
  readonly position: number;
} & (
  | { readonly kind: '(' | ')' | 'end' }
  | { readonly kind: 'operator'; readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number | bigint }
  | { readonly kind: 'time'; readonly ms: number }
  /** A path, or a keyword. */
  | { readonly kind: 'word'; readonly path: Path }
);

/** Longer expressions come from programs, and are a mistake. */
const mostCharacters = 10_000;

const patterns = {
  space: /\s+/y,
  operator: /!=|<=|>=|=|<|>/y,
  quoted: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy,
  time: /\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w.-])/y,
  number: /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y,
  word: /(?:[\p{L}_$][\p{L}\p{N}_$-]*|`[^`]+`)(?:\.(?:[\p{L}_$][\p{L}\p{N}_$-]*|\d+(?![\p{L}\p{N}_$-])|`[^`]+`))*/uy,
} as const;

/** What people write who know other languages, and what it is called here. */
const otherNames: readonly (readonly [RegExp, string])[] = [
  [/==/y, 'write = to compare'],
  [/&&?/y, 'write and'],
  [/\|\|?/y, 'write or'],
  [/!/y, 'write not'],
  [/~/y, 'write contains, or matches for a pattern'],
  [/:/y, 'write = or contains'],
];

/** @throws FilterSyntaxError */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  if (text.length > mostCharacters)
    throw new FilterSyntaxError(`a filter has at most ${mostCharacters} characters`, text, mostCharacters);
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const source = pattern.exec(text)?.[0];
    at += source?.length ?? 0;
    return source;
  };
  for (;;) {
    take(patterns.space);
    const position = at;
    if (at === text.length) {
      tokens.push({ kind: 'end', source: '', position });
      return tokens;
    }
    const character = text[at];
    if (character === '(' || character === ')') {
      at++;
      tokens.push({ kind: character, source: character, position });
      continue;
    }
    tokens.push(nextToken(text, position, take));
  }
}

function nextToken(text: string, position: number, take: (pattern: RegExp) => string | undefined): Token {
  const fail = (message: string): never => {
    throw new FilterSyntaxError(message, text, position);
  };
  for (const [pattern, advice] of otherNames) {
    pattern.lastIndex = position;
    if (!text.startsWith('!=', position) && pattern.test(text))
      fail(`${text.slice(position, pattern.lastIndex)} is not used here: ${advice}`);
  }
  let source = take(patterns.operator);
  if (source !== undefined)
    return { kind: 'operator', operator: source as '=' | '!=' | '<' | '<=' | '>' | '>=', source, position };
  source = take(patterns.quoted);
  if (source !== undefined) return { kind: 'text', text: unquoted(source), source, position };
  if (text[position] === '"' || text[position] === "'") fail('the closing quotation mark is missing');
  source = take(patterns.time);
  if (source !== undefined)
    return { kind: 'time', ms: timeOf(source) ?? fail('there is no such time'), source, position };
  source = take(patterns.number);
  if (source !== undefined) return { kind: 'number', number: numberOf(source), source, position };
  if (/[\d+-]/.test(text[position] ?? '')) fail('this is neither a number nor a time such as 2026-11-21T10:00:00Z');
  source = take(patterns.word);
  if (source !== undefined) return { kind: 'word', path: pathOf(source), source, position };
  if (text[position] === '`') fail('the closing ` of the name is missing');
  return fail(`${String.fromCodePoint(text.codePointAt(position) ?? 0)} is not expected here`);
}

/** A backslash stands for itself, except before a quotation mark or a backslash: so patterns need no doubled ones. */
const unquoted = (source: string): string => source.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1');

function timeOf(source: string): number | undefined {
  const zoned = /T[\d:.]+$/.test(source) ? `${source}Z` : source;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}

function numberOf(source: string): number | bigint {
  const number = Number(source);
  return /^[+-]?\d+$/.test(source) && !Number.isSafeInteger(number) ? BigInt(source.replace('+', '')) : number;
}

const pathOf = (source: string): Path =>
  [...source.matchAll(/`([^`]+)`|(\d+)(?=\.|$)|([^.`]+)/gu)].map(([, quoted, index, name]) =>
    index === undefined ? (quoted ?? name ?? '') : Number(index),
  );
