import { ok, warning, type Check } from './check.ts';

type Found = Omit<Check, 'of' | 'what'>;

/** Event times of this machine are wrong by as much as its clock is. */
const tolerableMs = 5_000;

/**
 * Judges the clock of this machine by another one.
 *
 * @param other what the other clock showed between `sentMs` and `receivedMs`, by this one
 * @param resolutionMs how exact that is
 */
export function clockSkew(
  other: number,
  { sentMs, receivedMs, resolutionMs }: { sentMs: number; receivedMs: number; resolutionMs: number },
): Found {
  const middle = (sentMs + receivedMs) / 2;
  const uncertain = (receivedMs - sentMs) / 2 + resolutionMs;
  const skew = other + resolutionMs / 2 - middle;
  if (Math.abs(skew) <= tolerableMs + uncertain) return ok('its clock and the one of this machine agree');
  const seconds = (Math.abs(skew) / 1000).toFixed(0);
  return warning(
    `its clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} the one of this machine`,
    'set both by NTP: event times, retention and access tokens rest on clocks',
  );
}

/** By the header `Date` of an HTTP server, which has whole seconds. @returns undefined where the server sends none */
export async function httpClockSkew(url: string, signal: AbortSignal): Promise<Found | undefined> {
  const sentMs = Date.now();
  // No credentials: any answer will do.
  const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) });
  const receivedMs = Date.now();
  await answer.body?.cancel();
  const date = Date.parse(answer.headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : clockSkew(date, { sentMs, receivedMs, resolutionMs: 1_000 });
}
