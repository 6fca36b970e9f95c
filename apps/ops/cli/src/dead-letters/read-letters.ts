import type { KafkaClient } from '@sluice/kafka';
import type { Progress } from '@sluice/terminal';
import { letterOf, type Letter } from './letter/letter.ts';
import { matches, type LetterFilter } from './letter/letter-filter.ts';

/**
 * Reads the letters of one topic that are meant, in order within a partition, to where the topic ends now.
 *
 * @param onLetter `'enough'` ends the reading
 * @returns how many records carry no envelope
 */
export async function readLetters(options: {
  kafka: KafkaClient;
  topic: string;
  filter: LetterFilter;
  signal: AbortSignal;
  progress: Progress;
  onLetter: (letter: Letter) => Promise<'enough' | void> | 'enough' | void;
}): Promise<number> {
  const { kafka, topic, filter, signal, progress, onLetter } = options;
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
        progress.show(`${topic}: letters read`, ++done, total);
        const letter = letterOf(topic, partition, record);
        if (letter === undefined) foreign++;
        else if (matches(filter, letter) && (await onLetter(letter)) === 'enough') return 'enough';
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
