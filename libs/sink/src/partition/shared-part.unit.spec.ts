import { createHealth } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import { sharedPart } from './shared-part.ts';

it('is ready only when no partition has a problem any more', () => {
  const health = createHealth(['destination']);
  const tell = sharedPart(health, 'destination');
  const [a, b] = [{}, {}];
  tell(a, undefined);
  expect(health.state).toMatchObject({ ready: true });
  tell(a, 'blocked');
  tell(b, undefined);
  expect(health.state).toEqual({ live: true, ready: false, reasons: { destination: 'blocked' } });
  tell(b, 'full');
  tell(a, 'still blocked');
  expect(health.state.reasons).toEqual({ destination: 'still blocked' });
  tell(a, undefined);
  expect(health.state.reasons).toEqual({ destination: 'full' });
  tell(b, undefined);
  expect(health.state).toMatchObject({ ready: true });
});
