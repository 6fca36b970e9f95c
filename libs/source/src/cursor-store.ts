import { headerText, type EventProducer, type KafkaClient } from '@sluice/kafka';
import { patiently, type Logger } from '@sluice/telemetry';

/** One compacted topic holds the cursors of all sources, by the source's name. */
export const cursorTopic = 'cursors';

/** Where a source goes on after a restart. */
export interface CursorStore {
  load(): Promise<string | undefined>;
  save(cursor: string): Promise<void>;
}

/** @param options.send sends until Kafka has acknowledged */
export function cursorStore(options: {
  kafka: KafkaClient;
  send: EventProducer['send'];
  source: string;
  signal: AbortSignal;
  logger: Logger;
}): CursorStore {
  const { kafka, send, source, signal, logger } = options;
  return {
    async load() {
      await kafka.ensureTopics([cursorTopic], { signal, settings: { 'cleanup.policy': 'compact' } });
      return patiently({ what: 'the cursor in Kafka', signal, logger }, async () => {
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
      });
    },
    save: (cursor) => send(cursorTopic, [{ key: source, value: Buffer.from(cursor), headers: { kind: 'cursor' } }]),
  };
}
