import { describe, expect, it } from 'vitest';
import { hexDump, indentedJson, printable, printableBytes } from './printable.ts';

describe('printable text', () => {
  it('has no control characters and no line breaks', () => {
    expect(printable('a\u001b[2Jb\r\nc\u009bd\u202ee')).toBe('a�[2Jb��c�d�e');
    expect(printable('Grüße, 世界')).toBe('Grüße, 世界');
  });

  it('of bytes is their text or their digits', () => {
    expect(printableBytes(Buffer.from('é\n'))).toBe('é�');
    expect(printableBytes(Buffer.from([0xff, 0x01]))).toBe('0xff01');
  });
});

it('a hex dump shows sixteen bytes a line', () => {
  expect(hexDump(Buffer.from('0123456789abcde\n!'))).toEqual([
    '00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 0a  0123456789abcde.',
    '00000010  21                                               !',
  ]);
});

describe('indented JSON', () => {
  it('is the same JSON', () => {
    const json = '{"a":[1,{"b":"x,\\"y{"}],"c":{},"d":[],"e":null}';
    expect(indentedJson(json)).toContain('\n    "c": {},\n');
    expect(JSON.parse(indentedJson(json))).toEqual(JSON.parse(json));
  });

  it('keeps long numbers as they are', () => {
    expect(indentedJson('{"n":9007199254740993}')).toContain('9007199254740993');
  });
});
