import type { Device } from './device.ts';
import { hash, share } from './hash.ts';

/** What a device measured once, and what it made of it. It follows from the seed, the device and the number of the measurement. */
export interface Measurement {
  uuid: string;
  /** When it was, by a true clock. */
  takenMs: number;
  /** What a perfect sensor would have said, in degrees Celsius. */
  celsius: number;
  /** What the device sends. */
  device_ts: string;
  device_temp: string;
  track_id: string;
  activity_type: string;
  /** The field that is broken, if one is. */
  broken?: 'device_ts' | 'device_temp' | 'track_id' | 'activity_type';
}

const dayMs = 86_400_000;
/** One measurement in so many has a field that makes no sense. */
const brokenOneIn = 300;
const nonsense: Readonly<Record<NonNullable<Measurement['broken']>, readonly string[]>> = {
  device_temp: ['NaN', '', 'ERR', '-999.9', '21,5', '85.0.0'],
  device_ts: ['', 'null', '1970', '00:00:00'],
  track_id: ['', '-', '99999999999'],
  activity_type: ['', 'unknown', '1.5'],
};
const fields = ['device_temp', 'device_temp', 'device_temp', 'device_ts', 'track_id', 'activity_type'] as const;

/** @param fleet.trouble whether values may be broken */
export function measurement(
  fleet: { seed: number; startMs: number; trouble: boolean; uuids: UuidSeeds },
  device: Device,
  deviceNumber: number,
  sequence: number,
  takenMs: number,
): Measurement {
  const { seed, startMs, trouble, uuids } = fleet;
  const ageMs = takenMs - startMs;
  const random = hash(seed, deviceNumber, sequence, 1);
  // The warmest hour is three in the afternoon, UTC.
  const hour = Math.cos(((takenMs % dayMs) / dayMs - 15 / 24) * 2 * Math.PI);
  const celsius = device.celsius + device.amplitude * hour;
  const noise = ((random & 0xffff) / 0xffff - 0.5) * 0.4;
  const measured = celsius + (device.driftPerDay * ageMs) / dayMs + noise;
  const byDeviceMs = Math.round(takenMs + device.clockAheadMs + (device.clockGainMs * ageMs) / 1000);
  const made: Measurement = {
    uuid: readingUuid(uuids, deviceNumber, sequence),
    takenMs,
    celsius: Math.round(celsius * 100) / 100,
    device_ts: timeText(byDeviceMs, device),
    device_temp: measured.toFixed(2),
    track_id: String(device.track),
    // Now and then a device does something else.
    activity_type: String(random >>> 28 === 0 ? (device.activity + 1) % 5 : device.activity),
  };
  if (!trouble || (random >>> 8) % brokenOneIn !== 0) return made;
  const pick = share(seed, deviceNumber, sequence, 2);
  const broken = fields[Math.floor(pick * fields.length)] ?? 'device_temp';
  const words = nonsense[broken];
  return { ...made, broken, [broken]: words[Math.floor(pick * 997) % words.length] ?? '' };
}

function timeText(ms: number, { timeForm }: Device): string {
  if (timeForm === 'iso') return new Date(ms).toISOString();
  return timeForm === 'seconds' ? String(Math.floor(ms / 1000)) : String(ms);
}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** What the UUIDs of a run are made from: one number would let readings of a large fleet meet. */
export type UuidSeeds = readonly [number, number, number, number];

export const uuidSeeds = (seed: number, startMs: number): UuidSeeds => [
  hash(seed, startMs, Math.floor(startMs / 4_294_967_296), 3),
  hash(seed ^ 0x9e3779b9, startMs, Math.floor(startMs / 4_294_967_296), 4),
  hash(seed ^ 0x3c6ef372, startMs, Math.floor(startMs / 4_294_967_296), 5),
  hash(seed ^ 0xdaa66d2b, startMs, Math.floor(startMs / 4_294_967_296), 6),
];

/** In the form of a random UUID (RFC 9562, version 4), and the same for the same reading of the same run. */
export function readingUuid(seeds: UuidSeeds, deviceNumber: number, sequence: number): string {
  // Each from its own seed: of two readings that meet in one, the others differ.
  const a = hash(seeds[0], deviceNumber, sequence, 7);
  const b = hash(seeds[1], deviceNumber, sequence, 7);
  const c = hash(seeds[2], deviceNumber, sequence, 7);
  const d = hash(seeds[3], deviceNumber, sequence, 7);
  const two = (n: number, shift: number) => (hex[(n >>> shift) & 255] ?? '') + (hex[(n >>> (shift - 8)) & 255] ?? '');
  const version = (hex[((b >>> 8) & 0x0f) | 0x40] ?? '') + (hex[b & 255] ?? '');
  const variant = (hex[((c >>> 24) & 0x3f) | 0x80] ?? '') + (hex[(c >>> 16) & 255] ?? '');
  return `${two(a, 24)}${two(a, 8)}-${two(b, 24)}-${version}-${variant}-${two(c, 8)}${two(d, 24)}${two(d, 8)}`;
}
