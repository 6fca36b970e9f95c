import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, expect, it, vi } from 'vitest';
import { logOutput } from './log-output.ts';

function opened(path: string, flags: string): number {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

it('drops what the disk has no room for, counts it, and does not throw', () => {
  const dropped = vi.fn();
  const output = logOutput(opened('/dev/full', 'w'), { dropped, recovered: () => {} });
  output.write('one\n');
  output.write('two\n');
  expect(dropped).toHaveBeenCalledTimes(2);
});

it('says how many lines are missing and why, once, when it can write again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-output-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fd = opened('/dev/full', 'w');
  const recovered = vi.fn();
  const output = logOutput(fd, { dropped: () => {}, recovered });
  output.write('one\n');
  output.write('two\n');
  // The same descriptor, now of a file with room.
  closeSync(fd);
  expect(openSync(join(folder, 'log'), 'w')).toBe(fd);
  output.write('three\n');
  output.write('four\n');
  expect(recovered.mock.calls).toEqual([[2, 'ENOSPC']]);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('three\nfour\n');
});
