import { deadLetterTopicSettings, registryOptions, type KafkaClient } from '@sluice/kafka';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { retryForever, type AppContext } from '@sluice/telemetry';
import type { SourceConfig } from '../source-settings.ts';
import type { SourceItem } from '../source.ts';
import { publications } from './publications.ts';
import type { Publication } from './publisher.ts';

/** What is published for an item. */
export type PublicationOf<T, S> = (item: SourceItem<T, S>, nowMs: number) => Publication;

/** Creates the topics of a source's events and side events, and fetches their encoders, waiting for as long as that takes. */
export async function itemPublications<T extends object, S extends object>(options: {
  contract: EventContract<T>;
  beside: EventContract<S> | undefined;
  kafka: KafkaClient;
  config: SourceConfig;
  context: AppContext;
}): Promise<PublicationOf<T, S>> {
  const { contract, beside, kafka, config, context } = options;
  const { app, signal } = context;
  const codec = createCodec(registryOptions(config));
  const what = `the schema registry at ${config.SCHEMA_REGISTRY_URL.join(' or ')}`;
  const prepare = async <E extends object>(events: EventContract<E>) => {
    await kafka.ensureTopics([events.topic], { signal });
    await kafka.ensureTopics([deadLetterTopic(events.topic)], { signal, settings: deadLetterTopicSettings });
    const encoder = await retryForever({ ...context, what }, () => codec.encoder(events));
    return publications(app, events, encoder);
  };
  const ofEvent = await prepare(contract);
  const ofSideEvent = beside && (await prepare(beside));
  return (item, nowMs) => {
    if (!('beside' in item)) return ofEvent(item, nowMs);
    if (ofSideEvent === undefined) throw new TypeError('the source has side events, but runSource no contract');
    return ofSideEvent({ value: item.beside }, nowMs);
  };
}
