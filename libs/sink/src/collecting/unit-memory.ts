/** The part of the units' memory that one partition's unit takes. */
export interface MemoryShare {
  /** The bytes that the unit holds now. */
  hold(bytes: number): void;
  /** The unit is on its way to the destination. */
  leave(): void;
  /** Whether the unit is on its way, or is to be delivered now, whatever it waits for. */
  readonly isLeaving: boolean;
  /** The unit is gone. */
  release(): void;
  /** The partition is gone. */
  close(): void;
}

interface Share {
  bytes: number;
  isLeaving: boolean;
  readonly onChange: () => void;
}

/** Units leave early, so that the others still have room while those are on their way. */
const leaveAt = 0.75;

/**
 * Bounds the memory of all units of the process, however many there are (G5). Near the limit the largest has to leave: it is delivered
 * early. At the limit nothing more is added to any unit until there is room.
 */
export class UnitMemory {
  readonly #limitBytes: number;
  readonly #shares = new Set<Share>();
  #bytes = 0;
  #leavingBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** What all units hold together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether nothing more is to be added. */
  get isFull(): boolean {
    return this.#bytes >= this.#limitBytes;
  }

  /** @param onChange called when the partition's unit has to leave, and when there is room again */
  share(onChange: () => void): MemoryShare {
    const share: Share = { bytes: 0, isLeaving: false, onChange };
    this.#shares.add(share);
    const release = () => {
      this.#hold(share, 0);
      share.isLeaving = false;
    };
    return {
      hold: (bytes) => this.#hold(share, bytes),
      leave: () => this.#leave(share),
      get isLeaving() {
        return share.isLeaving;
      },
      release,
      close: () => {
        release();
        this.#shares.delete(share);
      },
    };
  }

  #hold(share: Share, bytes: number): void {
    const wasFull = this.isFull;
    const change = bytes - share.bytes;
    share.bytes = bytes;
    this.#bytes += change;
    if (share.isLeaving) this.#leavingBytes += change;
    while (this.#bytes - this.#leavingBytes >= this.#limitBytes * leaveAt) {
      const largest = [...this.#shares].reduce((a, b) => (!b.isLeaving && (a.isLeaving || b.bytes > a.bytes) ? b : a));
      this.#leave(largest);
      largest.onChange();
    }
    if (wasFull && !this.isFull) for (const { onChange } of this.#shares) onChange();
  }

  #leave(share: Share): void {
    if (share.isLeaving) return;
    share.isLeaving = true;
    this.#leavingBytes += share.bytes;
  }
}
