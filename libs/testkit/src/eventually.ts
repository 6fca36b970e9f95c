import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats an assertion until it holds, and returns its value. Use it instead of sleeping.
 *
 * @throws the assertion's last error if it does not hold within `withinMs`
 */
export async function eventually<T>(assertion: () => T | Promise<T>, withinMs = 30_000, everyMs = 100): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(everyMs);
    }
  }
}
