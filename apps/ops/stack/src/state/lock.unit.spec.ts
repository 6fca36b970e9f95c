import { expect, test } from 'vitest';
import { takeLock, tryLock } from './lock.ts';

const name = `lock spec ${process.pid}`;

test('a lock has one holder at a time', async () => {
  const first = await tryLock(name);
  expect(await tryLock(name)).toBeUndefined();
  first?.release();
  const second = await tryLock(name);
  expect(second).toBeDefined();
  second?.release();
});

test('a waiting process gets the lock when it is released, and `onWait` is called once', async () => {
  const first = await takeLock(name);
  let waits = 0;
  const waiting = takeLock(name, { onWait: () => waits++ });
  await expect.poll(() => waits).toBe(1);
  first.release();
  (await waiting).release();
  expect(waits).toBe(1);
});

test('waiting ends when it is aborted', async () => {
  using _held = await takeLock(name);
  const controller = new AbortController();
  const waiting = takeLock(name, { signal: controller.signal, onWait: () => controller.abort() });
  await expect(waiting).rejects.toThrow();
});
