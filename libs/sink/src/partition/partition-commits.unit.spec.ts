import type { AssignedPartition } from '@sluice/kafka';
import { capturedLog } from '@sluice/kafka/testing';
import { createHealth, createMetrics } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { partitionCommits } from './partition-commits.ts';
import { sinkMetrics } from '../sink-metrics.ts';

it('leaves no wait in /ready when the partition is given up, also where the try under way fails later', async () => {
  const given = new AbortController();
  const tries: PromiseWithResolvers<bigint>[] = [];
  const unused = () => Promise.reject(new Error('not used here'));
  const assigned: AssignedPartition = {
    ...{ topic: 'orders', partition: 2, lost: given.signal },
    ...{ start: () => {}, pause: () => {}, resume: () => {}, commit: unused },
    committed() {
      const attempt = Promise.withResolvers<bigint>();
      tries.push(attempt);
      return attempt.promise;
    },
  };
  const health = createHealth([]);
  const commits = partitionCommits({
    ...{ app: 'test', event: { topic: 'orders' }, assigned, signal: given.signal },
    logger: capturedLog().logger,
    metrics: sinkMetrics(createMetrics('test')),
    health,
  });

  const begun = commits.position();
  tries[0]?.reject(new Error('no coordinator'));
  await expect.poll(() => tries.length).toBe(2);
  expect(Object.values(health.state.reasons)).toEqual(['no coordinator']);
  given.abort(new Error('lost'));
  await expect(begun).rejects.toThrow('lost');
  tries[1]?.reject(new Error('the broker is away'));
  await new Promise(setImmediate);
  expect(health.state).toMatchObject({ ready: true, reasons: {} });
});
