import type { KafkaClient, OutgoingRecord } from '@sluice/kafka';
import type { Letter } from '../letter/letter.ts';

/**
 * The compacted topic that remembers which letters were replayed. A mark is written in the same transaction as the record that comes
 * back, so that there is one exactly if there is the other.
 */
export const replayMarksTopic = 'dead-letters.replayed';
export const replayMarksTopicSettings = { 'cleanup.policy': 'compact' };

/** The marks of one topic of dead letters. */
export interface ReplayMarks {
  /** Which run replayed a letter; undefined when none did. */
  runOf(letter: Letter): string | undefined;
}

interface Mark {
  /** Tells letters apart that had the same place in a topic that was made anew. */
  deadSince: string;
  run: string;
}

const markKey = ({ topic, partition, record }: Letter): string => `${topic}/${partition}/${record.offset}`;

/** Reads the marks; only what was committed counts. */
export async function readReplayMarks(kafka: KafkaClient, topic: string, signal: AbortSignal): Promise<ReplayMarks> {
  const marks = new Map<string, Mark>();
  await kafka.read(
    replayMarksTopic,
    ({ key, value }) => {
      const name = key?.toString() ?? '';
      if (!name.startsWith(`${topic}/`)) return;
      const mark = value === null ? undefined : parseMark(value.toString());
      if (mark === undefined) marks.delete(name);
      else marks.set(name, mark);
    },
    signal,
  );
  return {
    runOf(letter) {
      const mark = marks.get(markKey(letter));
      return mark?.deadSince === letter.envelope.deadSince.toISOString() ? mark.run : undefined;
    },
  };
}

/** The mark of a letter, to be published with the record that comes back. */
export function replayMark(letter: Letter, run: string): OutgoingRecord & { topic: string } {
  const mark: Mark = { deadSince: letter.envelope.deadSince.toISOString(), run };
  return { topic: replayMarksTopic, key: markKey(letter), value: Buffer.from(JSON.stringify(mark)) };
}

function parseMark(text: string): Mark | undefined {
  try {
    const { deadSince, run } = JSON.parse(text) as Partial<Mark>;
    return typeof deadSince === 'string' && typeof run === 'string' ? { deadSince, run } : undefined;
  } catch {
    return undefined;
  }
}
