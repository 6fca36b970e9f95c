import { expect, it } from 'vitest';
import { brokerWindow } from './broker-window.ts';

/** A broker that sends `size` messages and waits; all are acknowledged when one says that it may. @returns how many each round had */
function rounds(size: number, count: number): number[] {
  const window = brokerWindow();
  return Array.from({ length: count }, () => {
    let [sent, isWaiting] = [0, false];
    while (sent < size) {
      sent++;
      isWaiting = window.took();
    }
    expect(isWaiting).toBe(true);
    for (let given = 0; given < sent; given++) window.gave();
    return sent;
  });
}

it.each([1, 20, 65_535])('says that a broker which sends no more than %d messages may be waiting', (size) => {
  expect(rounds(size, 3)).toEqual([size, size, size]);
});

it('does not say so of every message once more were on their way', () => {
  const window = brokerWindow();
  for (let n = 0; n < 50; n++) window.took();
  for (let n = 0; n < 50; n++) window.gave();
  expect(Array.from({ length: 50 }, () => window.took()).lastIndexOf(false)).toBe(48);
});
