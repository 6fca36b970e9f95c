import { share } from './hash.ts';

/** How a device writes times. */
type TimeForm = 'milliseconds' | 'seconds' | 'iso';

/** What a device is, for as long as it lives. */
export interface Device {
  readonly id: string;
  /** What it measures in a day's mean, in degrees Celsius. */
  readonly celsius: number;
  /** How far a day's warmest hour is above that. */
  readonly amplitude: number;
  /** By how much its sensor drifts in a day. */
  readonly driftPerDay: number;
  /** How far its clock was ahead when the fleet started, and by how much it gains in a second, in milliseconds. */
  readonly clockAheadMs: number;
  readonly clockGainMs: number;
  readonly timeForm: TimeForm;
  readonly track: number;
  readonly activity: number;
}

const hourMs = 3_600_000;
/** Of 100 devices: how many have a clock far ahead, and far behind; those far ahead by up to three hours, beyond what a broker takes. */
const farAhead = 2;
const farBehind = 2;

/** The device of a number in a fleet of that seed. */
export function device(seed: number, number: number): Device {
  const traits = (purpose: number) => share(seed, number, 0, 100 + purpose);
  const form = traits(0);
  return {
    id: `device-${String(number).padStart(6, '0')}`,
    celsius: 5 + traits(1) * 25,
    amplitude: 1 + traits(2) * 8,
    driftPerDay: (traits(3) - 0.5) * 0.2,
    clockAheadMs: clockAheadMs(traits(4) * 100, traits(5)),
    // Half a second a day, either way, as a cheap quartz does.
    clockGainMs: (traits(6) - 0.5) * 0.0116,
    timeForm: form < 0.7 ? 'milliseconds' : form < 0.85 ? 'seconds' : 'iso',
    track: Math.floor(traits(7) * 40),
    activity: Math.floor(traits(8) * 5),
  };
}

function clockAheadMs(of100: number, far: number): number {
  if (of100 < farAhead) return Math.round(far * 3 * hourMs);
  if (of100 < farAhead + farBehind) return -Math.round(far * 24 * hourMs);
  return Math.round((far - 0.5) * 4_000);
}
