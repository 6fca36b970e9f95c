import { describe, expect, it } from 'vitest';
import { UnreadableText } from './decode-text.ts';
import { parseJson } from './parse-json.ts';

describe('JSON from outside', () => {
  it('is parsed as it is', () => {
    const text = '{"a":[1,-0.5,1e3,"x",null,true],"9007199254740993":"9007199254740993"}';
    expect(parseJson(text)).toEqual({ value: JSON.parse(text), text, replaced: 0 });
  });

  it('keeps whole numbers beyond 2^53, wherever they are', () => {
    expect(parseJson('9007199254740993', 'bigints').value).toBe(9007199254740993n);
    expect(
      parseJson('[1,-12345678901234567890,{"a":\n9007199254740992,"b":9007199254740991}]', 'bigints').value,
    ).toEqual([1, -12345678901234567890n, { a: 9007199254740992n, b: 9007199254740991 }]);
  });

  it('can keep each number as it is written', () =>
    expect(parseJson('[1.50,1e999,12345678901234567890,"7"]', 'as written').value).toEqual([
      ...['1.50', '1e999', '12345678901234567890', '7'],
    ]));

  it.each([
    ['a\\ud83d', 'a\uFFFD', 1],
    ['\\uDC4D', '\uFFFD', 1],
    ['\\udc4d\\ud83d', '\uFFFD\uFFFD', 2],
    ['\\ud83d\\ud83d\\udc4d', '\uFFFD👍', 1],
    ['\\ud83d\\udc4d', '👍', 0],
    ['\\\\ud83d', '\\ud83d', 0],
    ['\\\\\\ud83d', '\\\uFFFD', 1],
    ['\\ud83d\\n', '\uFFFD\n', 1],
    ['\\ud83d👍', '\uFFFD👍', 1],
  ])('has U+FFFD for each half of a surrogate pair: %s', (escaped, text, replaced) => {
    const read = parseJson(`{"${escaped}":"${escaped}"}`);
    expect(read.value).toEqual({ [text]: text });
    expect(read.replaced).toBe(2 * replaced);
    expect(JSON.parse(read.text)).toEqual(read.value);
  });

  it.each(['', '{', '{"a":1}{', 'NaN', "{'a':1}", '"\\ud83"', '[1,]'])('refuses %j, which is not JSON', (text) => {
    expect(() => parseJson(text)).toThrow(new UnreadableText('it is not JSON'));
  });

  it.each(['[', '{"a":', '[{"a":'])('that is nested too deep is refused: %s', (level) => {
    expect(() => parseJson(level.repeat(1_000_000))).toThrow('nested more than 200 levels deep');
    const closing = level === '[' ? ']' : '}';
    if (level !== '[{"a":') expect(parseJson(`${level.repeat(200)}1${closing.repeat(200)}`).replaced).toBe(0);
  });

  it('does not take brackets in texts for levels', () => {
    const text = JSON.stringify({ text: '["{'.repeat(1_000) });
    expect(parseJson(text).text).toBe(text);
  });
});
