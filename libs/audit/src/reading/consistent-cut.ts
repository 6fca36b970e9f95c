import { UnreadablePartition, type KafkaClient } from '@sluice/kafka';
import { pause } from '@sluice/telemetry';

/** Up to where one partition is compared. */
export interface CutPartition {
  partition: number;
  /** The first offset that Kafka still has. */
  first: bigint;
  /** The first offset that is not compared: where the partition ended, or where the sink is when it does not get there. */
  to: bigint;
  /** Records before the end that the sink has not committed. */
  notYetDelivered: number;
  /** Offsets that Kafka deleted before the sink had committed them, as of the group's offset when the audit began. */
  expired: number;
}

/** Up to so many offsets are read to count which of them are records. */
const mostControlRecords = 1_000n;
const pollMs = 500;

/**
 * Notes where each partition ends now, and waits until the group has committed all of it: from then on the destination or the dead
 * letters have every record before the cut, however many come after it.
 *
 * @param waitMs how long to wait
 * @returns undefined when there is no such topic
 */
export async function consistentCut(options: {
  kafka: KafkaClient;
  topic: string;
  group: string;
  waitMs: number;
  signal: AbortSignal;
  onWaiting: (records: number) => void;
}): Promise<CutPartition[] | undefined> {
  const { kafka, topic, group, waitMs, signal, onWaiting } = options;
  const ends = await kafka.ends(topic);
  if (ends === undefined) return undefined;
  const deadline = performance.now() + waitMs;
  const committedAtStart = await kafka.committedOffsets(group, topic);
  const expired = (partition: number, first: bigint): number =>
    Number(max(first - (committedAtStart.get(partition) ?? 0n), 0n));

  const behindNow = async () => {
    const committed = await kafka.committedOffsets(group, topic);
    return ends
      .map(({ partition, first, end }) => ({ partition, from: max(committed.get(partition) ?? first, first), to: end }))
      .filter(({ from, to }) => from < to);
  };
  /** The end of a transaction is an offset too, and no group commits beyond one that no record follows. */
  const recordsIn = async (behind: Awaited<ReturnType<typeof behindNow>>): Promise<Map<number, number>> => {
    if (behind.reduce((sum, { from, to }) => sum + to - from, 0n) > mostControlRecords)
      return new Map(behind.map(({ partition, from, to }) => [partition, Number(to - from)]));
    const counts = new Map<number, number>();
    for (let rest = behind; ;) {
      for (const { partition } of rest) counts.set(partition, 0);
      try {
        await kafka.readRanges(
          topic,
          rest,
          (records, partition) => void counts.set(partition, (counts.get(partition) ?? 0) + records.length),
          signal,
        );
        return counts;
      } catch (error) {
        if (!(error instanceof UnreadablePartition)) throw error;
        // The sink waits at the batch too, so nothing after it is delivered.
        const { partition } = error;
        for (const one of rest) if (one.partition === partition) counts.set(partition, Number(one.to - one.from));
        rest = rest.filter((one) => one.partition !== partition);
      }
    }
  };

  let before = '';
  for (;;) {
    signal.throwIfAborted();
    const behind = await behindNow();
    const last = performance.now() >= deadline;
    const now = behind.map(({ partition, from }) => `${partition}:${from}`).join();
    // While the sink makes progress, it is waited for. Where it does not, there may be no records left.
    const waiting = behind.length > 0 && (last || now === before) ? await recordsIn(behind) : undefined;
    const isThere =
      behind.length === 0 || (waiting !== undefined && [...waiting.values()].every((count) => count === 0));
    if (isThere || last)
      return ends.map(({ partition, first, end }) => {
        const from = behind.find((one) => one.partition === partition)?.from;
        const notYetDelivered = waiting?.get(partition) ?? 0;
        const to = notYetDelivered === 0 ? end : (from ?? end);
        return { partition, first, to, notYetDelivered, expired: expired(partition, first) };
      });
    before = now;
    onWaiting(behind.reduce((sum, { from, to }) => sum + Number(to - from), 0));
    await pause(pollMs, signal);
  }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
