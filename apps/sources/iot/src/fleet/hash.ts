/**
 * A number from 0 to 2^32 - 1 that follows from whole numbers: the same for the same, and without a visible relation between neighbours.
 * (The mixing of MurmurHash3.) Two that meet for one purpose meet for all.
 */
export function hash(seed: number, a: number, b: number, purpose: number): number {
  let h = mix(seed | 0, a);
  h = mix(h, b);
  // Beyond 32 bits too, as sequence numbers of a long run are.
  h = mix(h, Math.floor(b / 4_294_967_296));
  h = mix(h, purpose);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mix(h: number, value: number): number {
  let k = Math.imul(value | 0, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  h ^= Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** As `hash`, from 0 up to but not including 1. */
export const share = (seed: number, a: number, b: number, purpose: number): number =>
  hash(seed, a, b, purpose) / 4_294_967_296;
