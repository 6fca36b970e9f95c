import type { KafkaClient } from '@sluice/kafka';
import type { DeadLetterProgress } from './access.ts';
import { parseDeadLetter, type DeadLetterRecord } from './record/dead-letter-record.ts';
import { matches, type DeadLetterFilter } from './record/dead-letter-filter.ts';

/**
 * Reads the matching dead letters of one topic, in order within a partition, up to where the topic ends now.
 *
 * @param options.onDeadLetter `'enough'` ends the reading
 * @returns how many records are not dead letters
 */
export async function readDeadLetters(options: {
  kafka: KafkaClient;
  topic: string;
  filter: DeadLetterFilter;
  signal: AbortSignal;
  progress: Pick<DeadLetterProgress, 'show'>;
  onDeadLetter: (deadLetter: DeadLetterRecord) => Promise<'enough' | void> | 'enough' | void;
}): Promise<number> {
  const { kafka, topic, filter, signal, progress, onDeadLetter } = options;
  const ranges = ((await kafka.ends(topic)) ?? [])
    .filter(({ partition }) => filter.partition === undefined || partition === filter.partition)
    .map(({ partition, first, end }) => ({ partition, ...narrowed(first, end, filter.offset) }));
  const total = ranges.reduce((sum, { from, to }) => sum + Math.max(0, Number(to - from)), 0);
  let [done, foreign] = [0, 0];
  await kafka.readRanges(
    topic,
    ranges,
    async (records, partition) => {
      for (const record of records) {
        progress.show(`${topic}: dead letters read`, ++done, total);
        const deadLetter = parseDeadLetter(topic, partition, record);
        if (deadLetter === undefined) foreign++;
        else if (matches(filter, deadLetter) && (await onDeadLetter(deadLetter)) === 'enough') return 'enough';
      }
      return undefined;
    },
    signal,
  );
  return foreign;
}

function narrowed(first: bigint, end: bigint, offset: bigint | undefined): { from: bigint; to: bigint } {
  if (offset === undefined) return { from: first, to: end };
  return offset >= first && offset < end ? { from: offset, to: offset + 1n } : { from: end, to: end };
}
