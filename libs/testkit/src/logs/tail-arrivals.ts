import { headerText, type KafkaClient } from '@sluice/kafka';
import { deadLetterTopic, videoEvent, type VideoEvent } from '@sluice/contracts';
import { prefixBytes, type Codec } from '@sluice/schema-registry';
import { committedRecords } from './committed-records.ts';

/** The lines of one run that have arrived in Kafka. */
export interface TailArrivals {
  /** How often each line has arrived, by its board or mark. */
  readonly lines: ReadonlyMap<string, number>;
  /** How many events have each event id. */
  readonly ids: ReadonlyMap<string, number>;
  /** Reads what has been committed since the last call. */
  update(): Promise<void>;
}

export async function tailArrivals(
  kafka: KafkaClient,
  codec: Codec,
  run: string,
  signal: AbortSignal,
): Promise<TailArrivals> {
  const deadLetters = deadLetterTopic(videoEvent.topic);
  await kafka.ensureTopics([videoEvent.topic, deadLetters], { signal });
  const newEvents = await committedRecords(kafka, videoEvent.topic, signal);
  const newDeadLetters = await committedRecords(kafka, deadLetters, signal);
  const [lines, ids] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const mark = new RegExp(`${run}-bad-\\d+\\.`);
  return {
    lines,
    ids,
    async update() {
      await newEvents(async ({ value, headers }) => {
        if (value === null) return;
        const schema = codec.cachedSchema(value) ?? (await codec.fetchSchema(value));
        const event = schema.decode(value.subarray(prefixBytes), videoEvent) as VideoEvent;
        if (!event.board_id.startsWith(`${run}-`)) return;
        count(lines, event.board_id);
        count(ids, headerText(headers, 'sluice-id') ?? 'none');
      });
      await newDeadLetters(({ value }) => {
        const found = mark.exec(value?.toString('latin1') ?? '')?.[0];
        if (found !== undefined) count(lines, found);
      });
    },
  };
}
