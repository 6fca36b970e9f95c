import { headerText, type EventProducer, type KafkaClient } from '@sluice/kafka';

/** One compacted topic holds the cursors of all sources, by the source's name. */
export const cursorTopic = 'cursors';

/** Where a source goes on after a restart. */
export interface CursorStore {
  load(): Promise<string | undefined>;
  save(cursor: string): Promise<void>;
}

export function cursorStore(options: {
  kafka: KafkaClient;
  producer: EventProducer;
  source: string;
  signal: AbortSignal;
}): CursorStore {
  const { kafka, producer, source, signal } = options;
  return {
    async load() {
      await kafka.ensureTopics([cursorTopic], { signal, settings: { 'cleanup.policy': 'compact' } });
      let latest: string | undefined;
      // All cursors of one source have one key, so they share a partition and come in order.
      await kafka.read(
        cursorTopic,
        ({ key, value, headers }) => {
          if (key?.toString() === source && headerText(headers, 'kind') === 'cursor') latest = value?.toString();
        },
        signal,
      );
      return latest;
    },
    save: (cursor) =>
      producer.send(cursorTopic, [{ key: source, value: Buffer.from(cursor), headers: { kind: 'cursor' } }]),
  };
}
