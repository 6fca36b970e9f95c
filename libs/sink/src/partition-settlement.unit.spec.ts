import type { AssignedPartition, PartitionTransactions } from '@sluice/kafka';
import { capturedLog } from '@sluice/kafka/testing';
import { createMetrics } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { partitionSettlement } from './partition-settlement.ts';
import { sinkMetrics } from './sink-metrics.ts';

it('reports no problem of a try that fails after the partition was given up: nothing would clear it', async () => {
  const given = new AbortController();
  const tries: PromiseWithResolvers<bigint>[] = [];
  const unused = () => Promise.reject(new Error('not used here'));
  const transactions: PartitionTransactions = {
    begin() {
      const attempt = Promise.withResolvers<bigint>();
      tries.push(attempt);
      return attempt.promise;
    },
    settle: unused,
    close: async () => {},
  };
  const assigned: AssignedPartition = {
    ...{ topic: 'orders', partition: 2, lost: given.signal },
    ...{ start: () => {}, pause: () => {}, resume: () => {}, confirm: unused, commit: unused },
  };
  const problems: (string | undefined)[] = [];
  const settlement = partitionSettlement({
    ...{ app: 'test', assigned, transactions, signal: given.signal },
    logger: capturedLog().logger,
    metrics: sinkMetrics(createMetrics('test')),
    onProblem: (problem) => problems.push(problem),
  });

  const begun = settlement.begin();
  tries[0]?.reject(new Error('no coordinator'));
  await expect.poll(() => tries.length).toBe(2);
  expect(problems).toEqual(['orders-2: no coordinator']);
  given.abort(new Error('lost'));
  tries[1]?.reject(new Error('the broker is away'));
  await expect(begun).rejects.toThrow('lost');
  expect(problems).toEqual(['orders-2: no coordinator']);
});
