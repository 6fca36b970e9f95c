import { expect, it } from 'vitest';
import { flowApps } from '../apps/flows.ts';
import { simulation } from './simulation.ts';

const deadLetters = { to: 'iot-readings.dlq', records: 3 };

it('names what is simulated, and counts its bad readings instead of repeating them', () => {
  const simulated = simulation(flowApps, {});
  const sentence =
    'Simulated: tweets, video-events, iot; real with X_BEARER_TOKEN, VIDEO_EVENTS_FILES, MQTT_URL. The simulated devices send bad readings on purpose';
  expect(simulated.names).toEqual(['tweets', 'video-events', 'iot']);
  expect(simulated.sentence).toBe(`${sentence}.`);
  expect(simulated.takes(deadLetters)).toBe(true);
  expect(simulated.takes({ to: 'iot-events.dlq', records: 1 })).toBe(false);
  expect(simulated.takes({ to: 'tweets.dlq', records: 1 })).toBe(false);
  expect(simulated.takes({ reason: 'a full disk' })).toBe(false);
  expect(simulated.sentence).toBe(`${sentence}: 3 in iot-readings.dlq so far.`);
});

it.each([{ MQTT_URL: 'mqtt://localhost' }, { IOT_TROUBLE: 'false' }])(
  'takes no dead letters of real devices, or of simulated ones that send nothing bad: %o',
  (environment) => {
    const simulated = simulation(flowApps, environment);
    expect(simulated.takes(deadLetters)).toBe(false);
    expect(simulated.sentence).not.toContain('on purpose');
  },
);

it('is empty where nothing is simulated', () => {
  const all = { X_BEARER_TOKEN: 'x', VIDEO_EVENTS_FILES: 'x', MQTT_URL: 'mqtt://localhost' };
  expect(simulation(flowApps, all).sentence).toBe('');
});
