import type { SinkMetrics } from '../sink-metrics.ts';

/** How far one partition is, in metrics: what is buffered of it, and how many records are not committed yet. */
export interface PartitionProgress {
  buffered(bytes: number): void;
  /** The partition's end, as of the last fetch. */
  fetched(endOffset: bigint): void;
  committed(offset: bigint): void;
  /** The partition is gone. */
  close(): void;
}

export function partitionProgress(topic: string, partition: number, metrics: SinkMetrics): PartitionProgress {
  const labels = { topic, partition: String(partition) };
  let end: bigint | undefined;
  let position = 0n;
  const showLag = () => {
    if (end !== undefined) metrics.lag.set(labels, Math.max(0, Number(end - position)));
  };
  return {
    buffered: (bytes) => metrics.buffered.set(labels, bytes),
    fetched(endOffset) {
      end = endOffset;
      showLag();
    },
    committed(offset) {
      position = offset;
      showLag();
    },
    close() {
      metrics.lag.remove(labels);
      metrics.buffered.remove(labels);
    },
  };
}
