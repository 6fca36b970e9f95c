/** A partition's part of the buffer. */
export interface BufferPart {
  /** The bytes that the partition holds now: read ahead and in flight. */
  hold(bytes: number): void;
  /** The partition is gone. */
  close(): void;
}

/** How the shared buffer calls a partition back. */
export interface BufferListener {
  /** Fetch nothing more, whatever this partition holds. */
  onStop(): void;
  /** There is room again. */
  onRoom(): void;
}

/**
 * Bounds what all partitions of a sink hold together. Each has a share, but a single record may be larger than that: with 1,000
 * partitions and records of 1 MB they would hold 1 GB.
 */
export class SharedBuffer {
  readonly #limitBytes: number;
  readonly #parts = new Map<BufferListener, number>();
  #bytes = 0;
  #isStopped = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#limitBytes;
  }

  /** Whether all partitions are stopped. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  join(listener: BufferListener): BufferPart {
    this.#parts.set(listener, 0);
    return {
      hold: (bytes) => this.#hold(listener, bytes),
      close: () => {
        const bytes = this.#parts.get(listener) ?? 0;
        this.#parts.delete(listener);
        this.#change(-bytes);
      },
    };
  }

  /** Stops all partitions until half of the buffer is free, where it is full. */
  stopIfFull(): void {
    if (this.#isStopped || !this.isFull) return;
    this.#isStopped = true;
    for (const listener of this.#parts.keys()) listener.onStop();
  }

  #hold(listener: BufferListener, bytes: number): void {
    const before = this.#parts.get(listener);
    if (before === undefined) return;
    this.#parts.set(listener, bytes);
    this.#change(bytes - before);
  }

  #change(bytes: number): void {
    const wasFull = this.isFull;
    this.#bytes += bytes;
    const hasRoom = this.#isStopped ? this.#bytes <= this.#limitBytes / 2 : wasFull && !this.isFull;
    if (!hasRoom) return;
    this.#isStopped = false;
    for (const each of this.#parts.keys()) each.onRoom();
  }
}
