import { createHealth } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { aggregateHealth } from './aggregate-health.ts';

it('is ready only when no partition has a problem any more', () => {
  const health = createHealth(['destination']);
  const report = aggregateHealth(health, 'destination');
  const [a, b] = [{}, {}];
  report(a, undefined);
  expect(health.state).toMatchObject({ ready: true });
  report(a, 'blocked');
  report(b, undefined);
  expect(health.state).toMatchObject({ live: true, ready: false, reasons: { destination: 'blocked' } });
  report(b, 'full');
  report(a, 'still blocked');
  expect(health.state.reasons).toEqual({ destination: 'still blocked' });
  report(a, undefined);
  expect(health.state.reasons).toEqual({ destination: 'full' });
  report(b, undefined);
  expect(health.state).toMatchObject({ ready: true });
});
