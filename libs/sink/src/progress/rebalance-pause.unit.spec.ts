import type { AssignedPartition } from '@sluice/kafka';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rebalancePause } from './rebalance-pause.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('is measured from the first partition that is lost until the group is joined, and not for the first join', () => {
  const seconds: number[] = [];
  const pause = rebalancePause((one) => seconds.push(one));
  const lost = [new AbortController(), new AbortController()];
  const partitionOf = ({ signal }: AbortController): Pick<AssignedPartition, 'lost'> => ({ lost: signal });
  for (const one of lost) pause.assigned(partitionOf(one));
  pause.joined();
  expect(seconds).toEqual([]);
  vi.advanceTimersByTime(60_000);
  lost[0]?.abort();
  vi.advanceTimersByTime(1_000);
  lost[1]?.abort();
  vi.advanceTimersByTime(2_000);
  pause.joined();
  pause.joined();
  expect(seconds).toEqual([3]);
});
