import { UnreadablePartition, type KafkaClient, type KafkaRecord, type PartitionRange } from '@sluice/kafka';

/** Before they are unpacked, of each partition in one request. */
const bytesAtOnce = 1024 * 1024;

/**
 * Reads ranges like `readRanges`, but without a consumer group: where few records are read, joining one takes most of the time.
 *
 * @param onRecords `'enough'` ends the reading
 * @throws UnreadablePartition, what `onRecords` throws, and the signal's reason
 */
export async function scan(
  { kafka, signal }: { kafka: KafkaClient; signal: AbortSignal },
  topic: string,
  ranges: readonly PartitionRange[],
  onRecords: (records: readonly KafkaRecord[], partition: number) => Promise<'enough' | void> | 'enough' | void,
): Promise<void> {
  const ends = new Map(ranges.map(({ partition, to }) => [partition, to]));
  const open = new Map(ranges.filter(({ from, to }) => from < to).map(({ partition, from }) => [partition, from]));
  while (open.size > 0) {
    signal.throwIfAborted();
    let isMoving = false;
    for (const found of await kafka.peek(topic, open, bytesAtOnce)) {
      const { partition } = found;
      if (found.kind === 'unreadable') throw new UnreadablePartition(topic, partition, found.batch);
      const end = ends.get(partition) ?? 0n;
      // Retention may have removed what was there when the ranges were made.
      const next = found.kind === 'records' ? found.nextOffset : end;
      isMoving ||= next > (open.get(partition) ?? 0n);
      const records = found.kind === 'records' ? found.records.filter(({ offset }) => offset < end) : [];
      if (records.length > 0 && (await onRecords(records, partition)) === 'enough') return;
      if (next >= end) open.delete(partition);
      else open.set(partition, next);
    }
    // An answer may be full before it comes to a partition. Where it is empty, nothing more can be read.
    if (!isMoving) return;
  }
}
