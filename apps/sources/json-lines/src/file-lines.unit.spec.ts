import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileLines } from './file-lines.ts';

let folder = '';
let path = '';
let stop: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-lines-'));
  path = join(folder, 'events.jsonl');
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  rmSync(folder, { recursive: true });
});

/** The next so many lines, each with where it begins and ends. */
async function take(lines: AsyncGenerator<{ bytes: Buffer; offset: number; next: number }>, count: number) {
  const taken: [text: string, offset: number, next: number][] = [];
  while (taken.length < count) {
    const { value, done } = await lines.next();
    if (done === true) break;
    taken.push([value.bytes.toString(), value.offset, value.next]);
  }
  return taken;
}

describe('the lines of a file', () => {
  it('come with their places, from any of these on', async () => {
    writeFileSync(path, 'a\n\nbcd\ne');
    const all: [string, number, number][] = [
      ['a', 0, 2],
      ['', 2, 3],
      ['bcd', 3, 7],
    ];
    expect(await take(fileLines(path, 0, stop.signal), 3)).toEqual(all);
    expect(await take(fileLines(path, 3, stop.signal), 1)).toEqual(all.slice(2));
  });

  it('come as they are written, also to a file that appears later', async () => {
    const lines = fileLines(path, 0, stop.signal);
    const first = take(lines, 1);
    writeFileSync(path, 'half of');
    setTimeout(() => appendFileSync(path, ' it\nmore\n'), 50);
    expect(await first).toEqual([['half of it', 0, 11]]);
    expect(await take(lines, 1)).toEqual([['more', 11, 16]]);
  });

  it('may be longer than what is read at a time', async () => {
    const long = 'x'.repeat(700_000);
    writeFileSync(path, `${long}\n${long}y\n`);
    expect(await take(fileLines(path, 0, stop.signal), 2)).toEqual([
      [long, 0, 700_001],
      [`${long}y`, 700_001, 1_400_003],
    ]);
  });

  it('end with the signal, and are an error where the file became shorter', async () => {
    writeFileSync(path, 'abc\n');
    const lines = fileLines(path, 0, stop.signal);
    await take(lines, 1);
    truncateSync(path, 1);
    await expect(lines.next()).rejects.toThrow('it may only grow');
    const ended = fileLines(path, 0, AbortSignal.abort());
    expect(await take(ended, 1)).toEqual([]);
  });
});
