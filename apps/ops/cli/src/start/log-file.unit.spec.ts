import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { logFile } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'log-file-'));

async function failuresOf(path: string): Promise<string[]> {
  const failures: string[] = [];
  const log = logFile(path, (sentence) => failures.push(sentence));
  for (let at = 0; at < 20; at++) {
    log.write(`line ${at}`);
    await delay(5);
  }
  log.end();
  await delay(20);
  return failures;
}

it('holds the lines', async () => {
  const path = join(folder, 'logs/app.log');
  expect(await failuresOf(path)).toEqual([]);
  expect(readFileSync(path, 'utf8')).toMatch(/^line 0\nline 1\n[^]*line 19\n$/);
});

it.skipIf(!existsSync('/dev/full'))('reports a full disk once, and throws nothing', async () => {
  expect(await failuresOf('/dev/full')).toEqual([
    expect.stringMatching(/^Cannot write the log \/dev\/full any more: ENOSPC/),
  ]);
});

it('reports once that its file cannot be opened', async () => {
  expect(await failuresOf(folder)).toEqual([expect.stringMatching(/EISDIR/)]);
});

it('reports once that its folder cannot be created', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect(await failuresOf(join(folder, 'file/app.log'))).toEqual([expect.stringMatching(/EEXIST|ENOTDIR/)]);
});
