import { seededRandom } from '@sluice/random';
import { describe, expect, it } from 'vitest';
import { splitLines, type Line, type Quoting } from './split-lines.ts';

const csv: Quoting = { quote: 0x22, separator: Buffer.from(',') };

async function split(
  text: string | Buffer,
  { quoting, maxBytes = 1000, chunk = 7 }: { quoting?: Quoting; maxBytes?: number; chunk?: number } = {},
) {
  const bytes = Buffer.from(text);
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  };
  const lines: Line[] = [];
  for await (const group of splitLines(chunks(), { maxBytes, quoting })) lines.push(...group);
  return lines.map(({ bytes: own, line, problem }) => [line, own.toString(), ...(problem ? [problem.errorClass] : [])]);
}

describe('the lines of a file', () => {
  it.each([1, 2, 3, 7, 1000])('are numbered, whatever the chunks (%i bytes each)', async (chunk) => {
    expect(await split('one\ntwo\r\n\nfour', { chunk })).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, ''],
      [4, 'four'],
    ]);
  });

  it.each([1, 5, 1000])('lack the byte order mark of the file (%i bytes each)', async (chunk) => {
    expect(await split(Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from('a,b\n1,2\n')]), { chunk })).toEqual([
      [1, 'a,b'],
      [2, '1,2'],
    ]);
  });

  it('are none of an empty file, and one of a byte', async () => {
    expect(await split('')).toEqual([]);
    expect(await split('x')).toEqual([[1, 'x']]);
  });

  it.each([1, 4, 1000])('go over line breaks within quotes (%i bytes each)', async (chunk) => {
    const text = 'a,"b\nc",d\n"say ""hi"",\nyou",e\nx"y,z\n"",""\n';
    expect(await split(text, { quoting: csv, chunk })).toEqual([
      [1, 'a,"b\nc",d'],
      [3, '"say ""hi"",\nyou",e'],
      [5, 'x"y,z'],
      [6, '"",""'],
    ]);
  });

  it('that begin a quote which does not end are wrong alone, at the end of the file and within', async () => {
    expect(await split('a,"b\nc,d\ne', { quoting: csv })).toEqual([
      [1, 'a,"b', 'unreadable'],
      [2, 'c,d'],
      [3, 'e'],
    ]);
    const many = Array.from({ length: 20 }, (_, n) => `line ${n},of the rest`).join('\n');
    const lines = await split(`a,"b\n${many}\n`, { quoting: csv, maxBytes: 100 });
    expect(lines[0]).toEqual([1, 'a,"b', 'unreadable']);
    expect(lines.slice(1)).toEqual(many.split('\n').map((text, n) => [n + 2, text]));
  });

  it('that are too long are cut, and the next one is whole', async () => {
    expect(await split(`${'x'.repeat(50)}\nshort\n`, { maxBytes: 20 })).toEqual([
      [1, 'x'.repeat(20), 'too-long'],
      [2, 'short'],
    ]);
    expect(await split(`${'x'.repeat(50)}\nshort\n`, { maxBytes: 20, chunk: 1000 })).toEqual([
      [1, 'x'.repeat(20), 'too-long'],
      [2, 'short'],
    ]);
  });

  it('are the same in any chunks, for any mix of quotes, separators and breaks', async () => {
    const random = seededRandom(7);
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: random.whole(0, 40) }, () =>
        random.pick(['a', '"', ',', '\n', '""', '\r\n']),
      ).join('');
      const maxBytes = random.pick([1, 3, 8, 1000]);
      const whole = await split(text, { quoting: csv, maxBytes, chunk: 1000 });
      for (const chunk of [1, 2, 3, 5]) expect(await split(text, { quoting: csv, maxBytes, chunk })).toEqual(whole);
    }
  });
});
