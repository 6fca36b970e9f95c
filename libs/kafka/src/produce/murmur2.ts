const m = 0x5bd1e995;

/**
 * The hash by which Kafka's clients choose a key's partition (Murmur2, as in Kafka's own `Utils.murmur2`), as a signed number of 32 bits.
 * kafkajs computes it with objects for 64 bits, which cost more than the rest of choosing a partition.
 */
export function murmur2(data: Uint8Array): number {
  const { length } = data;
  const whole = length & ~3;
  const at = (i: number) => data[i] ?? 0;
  let h = 0x9747b28c ^ length;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  if (whole < length) {
    // Bytes beyond the end count as zero.
    h = Math.imul(h ^ (at(whole) | (at(whole + 1) << 8) | (at(whole + 2) << 16)), m);
  }
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}
