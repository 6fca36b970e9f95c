import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaClient } from '@sluice/kafka';

/** Watches how a group's offsets, or a topic's ends, move on under load. */
export interface PauseMeter {
  /** @returns the longest time that a partition of the group, or the topic, stood still from now until the call, in ms */
  measure(): () => number;
  stop(): Promise<void>;
}

const everyMs = 50;

/**
 * @param group whose committed offsets to watch; undefined for the sum of the topic's ends, as a source moves them
 *
 * A partition whose records are all committed does not stand still.
 */
export function pauseMeter(kafka: KafkaClient, topic: string, group: string | undefined): PauseMeter {
  const moved = new Map<number, { at: bigint; sinceMs: number }>();
  const measures = new Set<{ fromMs: number; longestMs: number }>();
  const stopped = new AbortController();

  const look = async () => {
    const ends = new Map((await kafka.ends(topic))?.map(({ partition, end }) => [partition, end]));
    const sum = [...ends.values()].reduce((total, end) => total + end, 0n);
    const places = group === undefined ? new Map([[0, sum]]) : await kafka.committedOffsets(group, topic);
    const nowMs = performance.now();
    for (const [partition, at] of places) {
      const before = moved.get(partition);
      for (const one of measures) {
        const stoodMs = nowMs - Math.max(before?.sinceMs ?? nowMs, one.fromMs);
        one.longestMs = Math.max(one.longestMs, stoodMs);
      }
      const isAtEnd = group !== undefined && at >= (ends.get(partition) ?? 0n);
      if (before === undefined || at !== before.at || isAtEnd) moved.set(partition, { at, sinceMs: nowMs });
    }
  };
  const looking = (async () => {
    while (!stopped.signal.aborted) {
      // A broker that hands a coordinator over has no answer for a moment.
      await look().catch(() => {});
      await delay(everyMs);
    }
  })();
  return {
    measure() {
      const one = { fromMs: performance.now(), longestMs: 0 };
      measures.add(one);
      return () => {
        measures.delete(one);
        return one.longestMs;
      };
    },
    async stop() {
      stopped.abort();
      await looking;
    },
  };
}
