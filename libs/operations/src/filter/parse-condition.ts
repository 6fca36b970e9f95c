import { RE2JS, RE2JSException } from 're2js';
import type { Condition, Operand, Path, Pattern } from './condition.ts';
import { FilterSyntaxError } from './filter-syntax-error.ts';
import { tokensOf, type Token } from './tokens.ts';

/** So that a hostile expression cannot exhaust the stack. */
const deepest = 100;

const keywords = new Set(['and', 'or', 'not', 'contains', 'matches', 'true', 'false', 'null']);
const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Recursive descent, one function for each level of precedence. */
interface Parser {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

/** @throws FilterSyntaxError */
export function parseCondition(text: string): Condition {
  const parser: Parser = { text, tokens: tokensOf(text), at: 0, depth: 0 };
  const condition = either(parser);
  const rest = peek(parser);
  if (rest.kind === ')') fail(parser, rest, 'this parenthesis closes nothing');
  if (rest.kind !== 'end') fail(parser, rest, `"and" or "or" is missing before ${rest.source}`);
  return condition;
}

const end: Token = { kind: 'end', source: '', position: 0 };
const peek = ({ tokens, at }: Parser): Token => tokens[at] ?? end;

function fail({ text }: Parser, { position }: Token, message: string): never {
  throw new FilterSyntaxError(message, text, position);
}

/** A keyword in any case; undefined for anything else. */
function keywordOf(token: Token): string | undefined {
  const word = token.source.toLowerCase();
  return token.kind === 'word' && keywords.has(word) ? word : undefined;
}

function takeKeyword(parser: Parser, keyword: string): boolean {
  if (keywordOf(peek(parser)) !== keyword) return false;
  parser.at++;
  return true;
}

function either(parser: Parser): Condition {
  const parts = [all(parser)];
  while (takeKeyword(parser, 'or')) parts.push(all(parser));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}

function all(parser: Parser): Condition {
  const parts = [one(parser)];
  while (takeKeyword(parser, 'and')) parts.push(one(parser));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}

function one(parser: Parser): Condition {
  const token = peek(parser);
  if (++parser.depth > deepest) fail(parser, token, `conditions are nested more than ${deepest} deep`);
  try {
    if (takeKeyword(parser, 'not')) return { kind: 'not', part: one(parser) };
    if (token.kind !== '(') return comparison(parser);
    parser.at++;
    const condition = either(parser);
    const closing = peek(parser);
    if (closing.kind !== ')') fail(parser, closing, 'a closing parenthesis is missing');
    parser.at++;
    return condition;
  } finally {
    parser.depth--;
  }
}

function comparison(parser: Parser): Condition {
  const { path } = fieldToken(parser);
  const token = peek(parser);
  if (takeKeyword(parser, 'contains')) return { kind: 'contains', path, text: textOperand(parser, 'contains') };
  if (takeKeyword(parser, 'matches')) {
    const at = peek(parser);
    return { kind: 'matches', path, pattern: patternOf(parser, at, textOperand(parser, 'matches')) };
  }
  // A field alone: whether it is true.
  if (token.kind !== 'operator') return { kind: 'equal', path, operand: { kind: 'boolean', boolean: true } };
  parser.at++;
  const { operator } = token;
  const at = peek(parser);
  const operand = operandOf(parser);
  if (operator === '=') return { kind: 'equal', path, operand };
  if (operator === '!=') return { kind: 'not', part: { kind: 'equal', path, operand } };
  if (operand.kind === 'boolean' || operand.kind === 'null')
    return fail(parser, at, `${operator} compares numbers, times and texts; compare ${at.source} with = or !=`);
  return { kind: 'order', path, order: operator, operand };
}

function fieldToken(parser: Parser): { path: Path } {
  const token = peek(parser);
  const isField = token.kind === 'word' && keywordOf(token) === undefined;
  if (!isField) {
    if (token.kind === 'end')
      return fail(parser, token, parser.at === 0 ? 'the filter is empty' : 'a condition is missing at the end');
    return fail(
      parser,
      token,
      keywordOf(token) === undefined
        ? `a field is expected here, not ${token.source}`
        : `a field is expected here; write \`${token.source}\` in backticks if it is a field's name`,
    );
  }
  parser.at++;
  return token;
}

function textOperand(parser: Parser, operator: string): string {
  const token = peek(parser);
  if (token.kind !== 'text') return fail(parser, token, `${operator} needs a text in quotation marks`);
  parser.at++;
  return token.text;
}

function operandOf(parser: Parser): Operand {
  const token = peek(parser);
  parser.at++;
  switch (token.kind) {
    case 'text':
      return { kind: 'text', text: token.text };
    case 'number':
      return { kind: 'number', number: token.number, source: token.source };
    case 'time':
      return { kind: 'time', ms: token.ms, isAge: false };
    case 'word':
      return wordOperand(parser, token);
    default:
      return fail(parser, token, token.kind === 'end' ? 'a value is missing at the end' : 'a value is expected here');
  }
}

function wordOperand(parser: Parser, token: Token): Operand {
  switch (keywordOf(token)) {
    case 'true':
    case 'false':
      return { kind: 'boolean', boolean: keywordOf(token) === 'true' };
    case 'null':
      return { kind: 'null' };
    default:
  }
  const [, count = '0', unit = 's'] = /^now(?:-(\d+)([smhd]))?$/i.exec(token.source) ?? [undefined, undefined, ''];
  const scale = unitMs[unit];
  if (scale === undefined)
    return fail(
      parser,
      token,
      `a value is expected here: a text in quotation marks such as "${token.source}", a number, true, false, null, or a time such as now-2h`,
    );
  return { kind: 'time', ms: Number(count) * scale, isAge: true };
}

/** A pattern of RE2, which takes linear time: a person's expression also runs in a server. */
function patternOf(parser: Parser, token: Token, text: string): Pattern {
  try {
    const pattern = RE2JS.compile(text);
    return { test: (subject) => pattern.matcher(subject).find() };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return fail(parser, token, `this is not a pattern: ${error.message}`);
  }
}
