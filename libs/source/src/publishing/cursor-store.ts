import type { KafkaClient, TopicRecord } from '@sluice/kafka';

/** Where a source continues, and the chunk of events that stored it. Both are absent before the first chunk. */
export interface StoredCursor {
  cursor?: string;
  /** Names the transaction that stored it: cursors of two chunks may be equal. */
  chunk?: string;
}

/** The positions in thousands of files are one cursor. A broker refuses a record that is larger than a segment. */
const largestCursorBytes = 16 * 1024 * 1024;

/** After this time a segment is closed, so that it can be compacted. */
const segmentMs = 120_000;

/** The topic of one source's cursors. */
export const cursorTopic = (source: string): string => `cursors.${source}`;

/**
 * The cursor of one source, in its own compacted topic: in a shared topic, another source's open transaction would hide a committed
 * cursor.
 */
export interface CursorStore {
  prepare(signal: AbortSignal): Promise<void>;
  /** The last one whose transaction was committed. Call it when no transaction of the source is under way. */
  load(signal: AbortSignal): Promise<StoredCursor>;
  /** The last one that was written, whether or not its transaction was committed. */
  lastWritten(signal: AbortSignal): Promise<StoredCursor>;
  record(stored: StoredCursor): TopicRecord;
}

export function cursorStore(kafka: KafkaClient, source: string): CursorStore {
  const topic = cursorTopic(source);
  const newest = async (how: 'read' | 'readUncommitted', signal: AbortSignal): Promise<StoredCursor> => {
    let found: StoredCursor = {};
    await kafka[how](
      topic,
      ({ value }) => {
        const stored: unknown = JSON.parse(String(value));
        if (typeof stored === 'object' && stored !== null) found = stored;
      },
      signal,
    );
    return found;
  };
  return {
    prepare: (signal) =>
      kafka.ensureTopics([topic], {
        signal,
        partitions: 1,
        // Short segments are compacted soon, so that a start reads little: the segment in use never is.
        settings: {
          'cleanup.policy': 'compact',
          'segment.bytes': String(largestCursorBytes),
          'segment.ms': String(segmentMs),
          'min.cleanable.dirty.ratio': '0.1',
          'max.message.bytes': String(largestCursorBytes),
        },
      }),
    load: (signal) => newest('read', signal),
    lastWritten: (signal) => newest('readUncommitted', signal),
    record: (stored) => ({ topic, key: source, value: Buffer.from(JSON.stringify(stored)) }),
  };
}
