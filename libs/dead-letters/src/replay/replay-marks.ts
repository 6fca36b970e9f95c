import type { KafkaClient, OutgoingRecord } from '@sluice/kafka';
import type { DeadLetterRecord } from '../record/dead-letter-record.ts';

/**
 * The compacted topic of marks: which dead letters were replayed. A mark is written in the same transaction as the replayed record, so
 * either both exist or neither.
 */
export const replayMarksTopic = 'dead-letters.replayed';
export const replayMarksTopicSettings = { 'cleanup.policy': 'compact' };

/** The marks of one dead-letter topic. */
export interface ReplayMarks {
  /** The run that replayed a dead letter; undefined if none did. */
  runOf(deadLetter: DeadLetterRecord): string | undefined;
}

interface Mark {
  /** Distinguishes dead letters at the same place in a topic that was deleted and created again. */
  deadSince: string;
  run: string;
}

const markKey = ({ topic, partition, record }: DeadLetterRecord): string => `${topic}/${partition}/${record.offset}`;

/** Reads the committed marks. */
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
    runOf(deadLetter) {
      const mark = marks.get(markKey(deadLetter));
      return mark?.deadSince === deadLetter.envelope.deadSince.toISOString() ? mark.run : undefined;
    },
  };
}

/** The mark of a dead letter, to be published with the replayed record. */
export function replayMark(deadLetter: DeadLetterRecord, run: string): OutgoingRecord & { topic: string } {
  const mark: Mark = { deadSince: deadLetter.envelope.deadSince.toISOString(), run };
  return { topic: replayMarksTopic, key: markKey(deadLetter), value: Buffer.from(JSON.stringify(mark)) };
}

function parseMark(text: string): Mark | undefined {
  try {
    const { deadSince, run } = JSON.parse(text) as Partial<Mark>;
    return typeof deadSince === 'string' && typeof run === 'string' ? { deadSince, run } : undefined;
  } catch {
    return undefined;
  }
}
