import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { eventAge } from './event-age.ts';
import { createMetrics } from './metrics.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 27) }));
afterEach(() => void vi.useRealTimers());

function scene() {
  const metrics = createMetrics('ship');
  const age = eventAge(metrics, { name: 'age_seconds', help: 'Age' });
  const shown = async () =>
    Object.fromEntries(
      [...(await metrics.expose()).text.matchAll(/^age_seconds\{topic="(\w+)",app="ship"\} (\S+)$/gm)].map(
        ([, topic, value]) => [topic, Number(value)],
      ),
    );
  return { age, shown };
}

it('grows while no event comes, for each topic', async () => {
  const { age, shown } = scene();
  expect(await shown()).toEqual({});
  age.note('a', Date.now() - 500);
  age.note('b', Date.now());
  expect(await shown()).toEqual({ a: 0.5, b: 0 });
  vi.advanceTimersByTime(60_000);
  age.note('b', Date.now() - 1_000);
  expect(await shown()).toEqual({ a: 60.5, b: 1 });
});

it('is the age of the newest event, also while old ones are replayed', async () => {
  const { age, shown } = scene();
  age.note('a', Date.now() - 1_000);
  age.note('a', Date.now() - 39_438_000);
  expect(await shown()).toEqual({ a: 1 });
});

it('is never negative, and does not stand still behind an event from the future', async () => {
  const { age, shown } = scene();
  age.note('a', Date.now() + 86_400_000);
  expect(await shown()).toEqual({ a: 0 });
  vi.advanceTimersByTime(5_000);
  expect(await shown()).toEqual({ a: 5 });
});

it('is not negative where the clock was set back', async () => {
  const { age, shown } = scene();
  age.note('a', Date.now());
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await shown()).toEqual({ a: 0 });
});
