import { expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

it('gives items in their order, and ends', async () => {
  const outbox = new Outbox<number>(10);
  void outbox.push(1);
  void outbox.push(2);
  outbox.end();
  const items: number[] = [];
  for await (const item of outbox) items.push(item);
  expect(items).toEqual([1, 2]);
});

it('lets a producer wait until there is room (G5)', async () => {
  const outbox = new Outbox<number>(2);
  await outbox.push(1);
  await outbox.push(2);
  let waits = true;
  const third = outbox.push(3).then(() => (waits = false));
  await Promise.resolve();
  expect(waits).toBe(true);
  const items = outbox[Symbol.asyncIterator]();
  expect((await items.next()).value).toBe(1);
  await third;
  expect(waits).toBe(false);
});

it('throws an error behind the items before it', async () => {
  const outbox = new Outbox<number>(10);
  const items = outbox[Symbol.asyncIterator]();
  const first = items.next();
  void outbox.push(1);
  outbox.end({ error: new Error('torn') });
  expect((await first).value).toBe(1);
  await expect(items.next()).rejects.toThrow('torn');
});
