import type { AssignedPartition } from '@sluice/kafka';
import type { SharedBuffer } from '../records/shared-buffer.ts';

/** How long the fetcher is held. Well below any session timeout, as heartbeats wait too. */
const holdMs = 200;

/** Slows reading down while a partition has read ahead more than its share, or all partitions together hold too much. */
export interface Backpressure {
  /** Called when the memory that the partition holds changes: of what is read ahead, and of that with what is in flight. */
  onBytes(aheadBytes: number, heldBytes: number): void;
  /** Starts fetching at an offset, at once or when there is room. */
  start(offset: bigint): void;
  /** Called when the partition waits for something else, such as a blockage: room alone must not start it again. */
  stopped(): void;
  /** What the fetcher must wait for before it fetches again; undefined for nothing. */
  hold(): Promise<void> | undefined;
  /** The partition is gone. */
  close(): void;
}

/**
 * First the fetcher is held, for a moment: if the destination is merely busy, fetching continues as soon as there is room. Only a partition
 * that stays full is paused, so that it no longer holds up the others: kafkajs notices a resumed partition late. If the shared buffer stays
 * full, all partitions are paused.
 */
export function backpressure(
  assigned: AssignedPartition,
  shareBytes: () => number,
  buffer: SharedBuffer,
): Backpressure {
  let bytes = 0;
  /** Over the share. */
  let isOver = false;
  let isPaused = false;
  /** Not before the first start, and not while the partition waits for something else. */
  let isStarted = false;
  let release: (() => void) | undefined;

  const update = () => {
    if (isOver && bytes <= shareBytes() / 2) isOver = false;
    const pausing = isOver || buffer.isStopped;
    if (pausing === isPaused || !isStarted) return;
    isPaused = pausing;
    if (pausing) assigned.pause();
    else assigned.resume();
  };
  const releaseIfRoom = () => {
    if (bytes <= shareBytes() && !buffer.isFull) release?.();
  };
  const part = buffer.join({
    onStop: update,
    onRoom() {
      releaseIfRoom();
      update();
    },
  });
  return {
    onBytes(aheadBytes, heldBytes) {
      bytes = aheadBytes;
      part.hold(heldBytes);
      releaseIfRoom();
      update();
    },
    start(offset) {
      assigned.start(offset);
      isStarted = true;
      isPaused = false;
      update();
    },
    stopped() {
      isStarted = false;
    },
    hold() {
      if (bytes <= shareBytes() && !buffer.isFull) return undefined;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          release = undefined;
          if (bytes > shareBytes()) isOver = true;
          buffer.stopIfFull();
          update();
          resolve();
        }, holdMs);
        release = () => {
          clearTimeout(timer);
          release = undefined;
          resolve();
        };
      });
    },
    close() {
      isOver = false;
      release?.();
      part.close();
    },
  };
}
