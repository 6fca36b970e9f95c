import type { AssignedPartition } from '@sluice/kafka';

/** Measures for how long this process has no partitions while the group assigns them again. */
export interface RebalancePause {
  assigned(partition: Pick<AssignedPartition, 'lost'>): void;
  /** The group was joined. */
  joined(): void;
}

/** @param observe called with the seconds of each pause */
export function rebalancePause(observe: (seconds: number) => void): RebalancePause {
  let lostMs: number | undefined;
  return {
    assigned: ({ lost }) => lost.addEventListener('abort', () => (lostMs ??= performance.now()), { once: true }),
    joined() {
      if (lostMs !== undefined) observe((performance.now() - lostMs) / 1000);
      lostMs = undefined;
    },
  };
}
