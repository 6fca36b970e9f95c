import { setTimeout as delay } from 'node:timers/promises';

/** How often something is tried that is expected to pass in some milliseconds, before its failure is told. */
export const mostShortTries = 10;

/** Waits after such a try: from some milliseconds on, up to two seconds. */
export const shortPause = (tries: number): Promise<void> => delay(Math.min(10 * 2 ** tries, 2_000) * Math.random());
