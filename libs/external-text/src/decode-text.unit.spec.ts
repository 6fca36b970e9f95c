import { describe, expect, it } from 'vitest';
import { decodeText, UnreadableText } from './decode-text.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

describe('text from outside', () => {
  it.each([
    ['plain', 'a é 아 👍'],
    ['with a byte order mark', '\uFEFFa é 아 👍'],
    ['with the end of a line', 'a é 아 👍\r\n'],
    ['padded with zeros', '\0\0\uFEFFa é 아 👍\n\0\0\0'],
    ['among blanks', ' \t a é 아 👍 '],
  ])('is read when it is %s', (_, text) => expect(decodeText(bytes(text))).toBe('a é 아 👍'));

  it.each(['', '\0', '\uFEFF', '\r\n', ' \t\r', '\uFEFF\r\n\0'])('is empty when there is nothing else: %j', (text) =>
    expect(decodeText(bytes(text))).toBe(''),
  );

  it('keeps a byte order mark that is within', () => expect(decodeText(bytes('a\uFEFFb'))).toBe('a\uFEFFb'));

  it.each([
    ['a byte that begins no character', Buffer.from([0x61, 0xff, 0x62]), 'it is not UTF-8'],
    ['a character that is cut off', bytes('é').subarray(0, 1), 'it is not UTF-8'],
    ['half a surrogate pair', Buffer.from([0x61, 0xed, 0xa0, 0xbd]), 'it is not UTF-8'],
    ['too long a form', Buffer.from([0xc0, 0xaf]), 'it is not UTF-8'],
    ['Latin-1', bytes('Zürich', 'latin1'), 'it is not UTF-8'],
    ['a zero within', bytes('a\0b'), 'it has zero bytes within, as UTF-16 has: only UTF-8 is read'],
    ['UTF-16', bytes('\uFEFF{"a":1}', 'utf16le'), 'it is UTF-16: only UTF-8 is read'],
    ['UTF-16, big-endian', bytes('\uFEFF{"a":1}', 'utf16le').swap16(), 'it is UTF-16: only UTF-8 is read'],
    ['a later line of UTF-16', bytes('\n{"a":1}', 'utf16le').subarray(1), /zero bytes within/],
  ])('is refused with %s', (_, input, reason) => {
    expect(() => decodeText(input)).toThrow(UnreadableText);
    expect(() => decodeText(input)).toThrow(reason);
  });
});
