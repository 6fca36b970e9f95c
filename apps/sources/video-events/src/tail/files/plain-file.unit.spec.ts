import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LogFile } from './log-file.ts';
import { openLogFile } from './matching-files.ts';

let folder = '';
let file: LogFile | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-file-'));
});
afterEach(async () => {
  await file?.close();
  rmSync(folder, { recursive: true });
});

async function open(text: string): Promise<{ path: string; file: LogFile }> {
  const path = join(folder, 'a.log');
  writeFileSync(path, text);
  const opened = await openLogFile(path, 1000);
  if (opened === undefined) throw new Error('not a file');
  file = opened;
  return { path, file: opened };
}

it('recognizes a file that was emptied and filled again, even if it is longer and was not read yet', async () => {
  const { path, file } = await open('one\n');
  writeFileSync(path, 'another\nand more\n');
  expect(await file.read(0)).toBe('replaced');
});

it('recognizes a file that is shorter than its position', async () => {
  const { path, file } = await open('one\ntwo\n');
  truncateSync(path, 4);
  expect(await file.read(8)).toBe('replaced');
});

it('reads a piece at a time, with the bytes before it, and says whether there is more', async () => {
  const text = 'x'.repeat(3000);
  const { file } = await open(text);
  expect(await file.read(0)).toEqual({ offset: 0, bytes: Buffer.from(text.slice(0, 1256)), then: 'more' });
  expect(await file.read(1500)).toEqual({ offset: 1244, bytes: Buffer.from(text.slice(1244, 2500)), then: 'more' });
  expect(await file.read(2000)).toEqual({ offset: 1744, bytes: Buffer.from(text.slice(1744)), then: 'wait' });
});

it('begins where its zeros end', async () => {
  const { file } = await open(`${'\0'.repeat(5000)}one\n`);
  expect(file.head.toString()).toBe('one\n');
});
