import { expect, it } from 'vitest';
import { hostMetrics } from '../events.generated.ts';
import { indexName } from './names.ts';

it('the contract of host metrics is one event per host and second, in an index per day of UTC', () => {
  expect(hostMetrics).toMatchObject({
    name: 'sluice.HostMetrics',
    topic: 'host-metrics',
    key: ['host'],
    id: ['host', { field: 'time', unit: 'second' }],
  });
  expect(indexName(hostMetrics)(Date.parse('2026-03-05T23:59:59Z'))).toBe('host-metrics-20260305');
});
