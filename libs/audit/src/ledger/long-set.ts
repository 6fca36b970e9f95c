import { hash } from 'node:crypto';

const mostLoad = 0.6;

/** A set of 64-bit numbers in about 16 bytes each, without an object per member. */
export class LongSet {
  #slots = new BigUint64Array(1024);
  /** Zero marks a free slot, so the value zero is held here. */
  #hasZero = false;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(long: bigint): boolean {
    return long === 0n ? this.#hasZero : this.#slots[this.#slotOf(long)] === long;
  }

  /** @returns whether it is new */
  add(long: bigint): boolean {
    if (this.has(long)) return false;
    this.#size++;
    if (long === 0n) {
      this.#hasZero = true;
      return true;
    }
    if (this.#size > this.#slots.length * mostLoad) this.#grow();
    this.#slots[this.#slotOf(long)] = long;
    return true;
  }

  /** Where it is, or would be. Neighbours may be consecutive offsets: they are spread by a multiplication. */
  #slotOf(long: bigint): number {
    const mask = this.#slots.length - 1;
    let slot = Number(BigInt.asUintN(32, (long * 0x9e37_79b9_7f4a_7c15n) >> 32n)) & mask;
    for (let there = this.#slots[slot]; there !== 0n && there !== long; there = this.#slots[slot])
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new BigUint64Array(before.length * 2);
    for (const long of before) if (long !== 0n) this.#slots[this.#slotOf(long)] = long;
  }
}

/**
 * Sixty-four bits of an id. Among a hundred million ids two share theirs with a probability of 1 in 3,000; an unknown document or a
 * repeated id could then go unseen, a lost event not.
 */
export const idHash = (id: string): bigint => hash('sha1', id, 'buffer').readBigUInt64LE(0);

/** A record's place as one number. */
export const placeLong = (partition: number, offset: bigint): bigint => (BigInt(partition) << 48n) | offset;
