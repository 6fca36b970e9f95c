import type { GroupLag } from '@sluice/operations';
import { expect, it } from 'vitest';
import { lagRates } from './rates.ts';

const lagAt = (committed: bigint, end: bigint): GroupLag[] => [
  {
    ...{ group: 'gcs', state: 'active', members: 1, records: 0, isExact: true, seconds: 0 },
    partitions: [
      {
        ...{ topic: 'tweets', partition: 0, committed, end, records: Number(end - committed), isExact: true },
        ...{ oldestMs: undefined, seconds: 0, member: undefined },
      },
    ],
  },
];

it('gives rates from the second look on', () => {
  const rates = lagRates();
  expect(rates(lagAt(100n, 200n), 10_000)).toMatchObject([{ inPerSecond: undefined, outPerSecond: undefined }]);
  expect(rates(lagAt(150n, 300n), 12_000)).toMatchObject([{ inPerSecond: 50, outPerSecond: 25 }]);
});
