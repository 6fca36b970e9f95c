import { hash, share } from './hash.ts';

/** Why a reading arrives otherwise than at once and once. */
export type Circumstance = 'on time' | 'duplicate' | 'late' | 'reconnect';

/** Of 1,000 readings. */
const perThousand = { duplicates: 10, late: 10 };
/** Dropouts are looked at in stretches of so many readings of a device; how many of 1,000 stretches have one. */
const stretch = 60;
const dropoutsPerThousand = 40;
/** A device keeps so many readings while it is offline; the older ones are lost. */
const kept = 20;
/** Readings arrive late, or again, by one to so many readings of their device. */
const longestDelay = 3;

/**
 * What a device sends when it takes a measurement: the sequence numbers of those that arrive then, in order. It follows from the seed,
 * the device and the sequence number alone, so a fleet that is started again continues as if it had not stopped.
 */
export function sends(seed: number, device: number, sequence: number): { sequence: number; why: Circumstance }[] {
  const found: { sequence: number; why: Circumstance }[] = [];
  if (!isOffline(seed, device, sequence)) {
    if (sequence > 0 && isOffline(seed, device, sequence - 1)) found.push(...burst(seed, device, sequence));
    if (delay(seed, device, sequence, 'late') === 0) found.push({ sequence, why: 'on time' });
    if (delay(seed, device, sequence, 'duplicates') === 1) found.push({ sequence, why: 'duplicate' });
  }
  // What comes late was delayed on its way, and so comes while its device is offline too.
  for (let by = 1; by <= longestDelay && by <= sequence; by++) {
    const earlier = sequence - by;
    const late = delay(seed, device, earlier, 'late') === by;
    const again = by > 1 && delay(seed, device, earlier, 'duplicates') === by;
    if ((!late && !again) || isOffline(seed, device, earlier)) continue;
    found.push({ sequence: earlier, why: late ? 'late' : 'duplicate' });
  }
  return found;
}

/** By how many readings of its device one is late or comes again; 0: it is not, or does not. */
function delay(seed: number, device: number, sequence: number, kind: keyof typeof perThousand): number {
  const random = hash(seed, device, sequence, kind === 'late' ? 10 : 11);
  return random % 1000 < perThousand[kind] ? 1 + ((random >>> 16) % longestDelay) : 0;
}

/** The readings from `from` to `to`, without it, are taken while the device is offline. Never at a stretch's end: dropouts do not meet. */
function dropout(seed: number, device: number, sequence: number): { from: number; to: number } | undefined {
  const number = Math.floor(sequence / stretch);
  if (share(seed, device, number, 12) * 1000 >= dropoutsPerThousand) return undefined;
  const from = number * stretch + 1 + Math.floor(share(seed, device, number, 13) * (stretch / 2));
  return { from, to: from + 3 + Math.floor(share(seed, device, number, 14) * (stretch / 2 - 5)) };
}

function isOffline(seed: number, device: number, sequence: number): boolean {
  const found = dropout(seed, device, sequence);
  return found !== undefined && sequence >= found.from && sequence < found.to;
}

/** What a device that is back sends first: the newest that it kept, now and then with the newest first. */
function burst(seed: number, device: number, sequence: number): { sequence: number; why: Circumstance }[] {
  const { from, to } = dropout(seed, device, sequence - 1) ?? { from: sequence, to: sequence };
  const first = Math.max(from, to - kept);
  const readings = Array.from({ length: to - first }, (_, n) => ({ sequence: first + n, why: 'reconnect' as const }));
  return hash(seed, device, sequence, 15) % 4 === 0 ? readings.reverse() : readings;
}
