import { expect, it, vi } from 'vitest';
import { heldBytes } from './held-bytes.ts';

it('makes a message wait until enough bytes have been released', () => {
  const held = heldBytes(10);
  const [first, second] = [held.take(6), held.take(4)];
  const then = vi.fn();
  held.whenRoom(5, then);
  second();
  expect(then).not.toHaveBeenCalled();
  first();
  expect(then).toHaveBeenCalledOnce();
});

it('has room for one message of any size', () => {
  expect(heldBytes(10).hasRoom(1_000)).toBe(true);
});

it('does not count what is released after it was cleared', () => {
  const held = heldBytes(10);
  const release = held.take(10);
  held.clear();
  held.take(8);
  release();
  expect(held.hasRoom(3)).toBe(false);
});
