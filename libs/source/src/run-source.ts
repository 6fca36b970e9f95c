import {
  connectKafka,
  deadLetterTopicSettings,
  registryOptions,
  timeOfOutgoing,
  type KafkaClient,
} from '@sluice/kafka';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { atMost, backoffMs, CannotGoOn, describeError, patiently, pause, type AppContext } from '@sluice/telemetry';
import { chunks } from './reading/chunks.ts';
import { cutAtCursors } from './reading/cut-at-cursors.ts';
import { idempotentPublisher } from './publishing/idempotent-publisher.ts';
import { publications } from './publishing/publications.ts';
import type { Publisher } from './publishing/publisher.ts';
import { sourceMetrics } from './source-metrics.ts';
import type { Source, SourceItem } from './source.ts';
import type { SourceConfig } from './source-settings.ts';
import { transactionalPublisher } from './publishing/transactional-publisher.ts';

/** How long a connection may take to end: the server may not answer any more. */
const farewellMs = 5_000;

/**
 * Runs a source until it is exhausted or the context's signal is aborted. Called by the app's `main.ts`.
 *
 * ```
 * with cursors      read ▶ chunk ▶ encode ▶ one transaction: events, dead letters, cursor
 * without           read ▶ chunk ▶ encode ▶ produce (acks all, idempotent)
 * ```
 *
 * Waits for Kafka and the registry for as long as they take. A source that throws is read again from the newest cursor. What it
 * refuses, and an event that does not fit its contract, goes to the dead letters; the flow goes on.
 *
 * With cursors each item is in Kafka exactly once, whatever breaks (G8): a process that is killed leaves a chunk and its cursor, or
 * neither. The transactional id is the source's and its `SOURCE_INSTANCE`'s, so that a process which starts fences those before it.
 *
 * @param options.beside the contract of the source's side events, where it has any
 * @param options.cursors whether the source's items carry cursors
 * @throws CannotGoOn when another process has taken over
 */
export async function runSource<T extends object, S extends object = never>(options: {
  source: Source<T, S>;
  contract: EventContract<T>;
  beside?: EventContract<S>;
  config: SourceConfig;
  context: AppContext;
  cursors: boolean;
}): Promise<void> {
  const { source, contract, config, context } = options;
  const { app, logger, health, signal } = context;
  const { topic } = contract;
  const letters = deadLetterTopic(topic);
  const metrics = sourceMetrics(context.metrics);
  const { SOURCE_INSTANCE: instance, SOURCE_BATCH_RECORDS: maxItems, LINGER_MS: waitMs } = config;
  // What has been read is still sent after the signal, for as long as the grace allows.
  const abandon = new AbortController();
  const onStop = () => setTimeout(() => abandon.abort(), config.SOURCE_SHUTDOWN_GRACE_MS).unref();
  signal.addEventListener('abort', onStop, { once: true });

  let kafka: KafkaClient | undefined;
  let publisher: Publisher | undefined;
  let hasPublished = false;

  try {
    const client = await connectKafka({ config, clientId: app, logger, health, signal });
    kafka = client;
    const codec = createCodec(registryOptions(config));
    const prepare = async <E extends object>(events: EventContract<E>) => {
      await client.ensureTopics([events.topic], { signal });
      await client.ensureTopics([deadLetterTopic(events.topic)], { signal, settings: deadLetterTopicSettings });
      const encoder = await patiently(
        { what: `the schema registry at ${config.SCHEMA_REGISTRY_URL}`, signal, logger, health },
        () => codec.encoder(events),
      );
      return publications(app, events, encoder);
    };
    const publicationOf = await prepare(contract);
    const publicationBeside = options.beside && (await prepare(options.beside));
    const sending = { kafka: client, signal: abandon.signal, logger, health };
    const topics = [contract, ...(options.beside === undefined ? [] : [options.beside])].flatMap((events) => [
      events.topic,
      deadLetterTopic(events.topic),
    ]);
    const name = instance === undefined ? app : `${app}.${instance}`;
    const to: Publisher = options.cursors
      ? await transactionalPublisher({ ...sending, source: name, topics, starting: signal })
      : await idempotentPublisher(sending);
    publisher = to;

    const publicationOfItem = (item: SourceItem<T, S>, nowMs: number) => {
      if (!('beside' in item)) return publicationOf(item, nowMs);
      if (publicationBeside === undefined) throw new TypeError('the source has side events, but runSource no contract');
      return publicationBeside({ value: item.beside }, nowMs);
    };

    const deliver = async (items: readonly SourceItem<T, S>[]): Promise<void> => {
      const nowMs = Date.now();
      const cursor = items.findLast((item) => item.cursor !== undefined)?.cursor;
      const published = await to.publish(
        items.map((item) => publicationOfItem(item, nowMs)),
        cursor,
      );
      let replaced = 0;
      for (const item of items) {
        item.acknowledge?.();
        if ('value' in item) replaced += item.replacedSurrogates ?? 0;
      }
      metrics.replacedSurrogates.inc({ topic }, replaced);
      const events = published.filter((record) => record.topic === topic);
      const refused =
        published.length - events.length - published.filter((record) => record.topic === options.beside?.topic).length;
      metrics.events.inc({ topic }, events.length);
      if (events.length > 0 && !hasPublished) {
        hasPublished = true;
        logger.info({ topic }, 'the first events are in Kafka');
      }
      const last = events.at(-1);
      const newest = last && timeOfOutgoing(last);
      if (newest !== undefined) metrics.freshness.note(topic, newest);
      if (refused === 0) return;
      metrics.rejected.inc({ topic }, refused);
      logger.warn(
        { events: refused, to: letters },
        'what cannot be read, does not fit its contract, or is refused by Kafka went to the dead letters',
      );
    };

    for (let tries = 1; !signal.aborted; tries++) {
      try {
        health.ready('origin');
        const ended = new AbortController();
        const read = source.read({ signal: AbortSignal.any([signal, ended.signal]), cursor: to.cursor });
        const groups = chunks(read, { maxItems, waitMs, isUrgent: ({ flush }) => flush === true });
        for await (const group of options.cursors ? cutAtCursors(groups, signal) : groups) {
          // The loop waits until the source has ended, which may have nothing to tell for hours.
          await deliver(group).catch((error: unknown) => {
            ended.abort();
            throw error;
          });
          tries = 1;
        }
        if (!signal.aborted) logger.info('the source has nothing more to read');
        return;
      } catch (error) {
        if (error instanceof CannotGoOn) throw error;
        if (signal.aborted || abandon.signal.aborted) return;
        health.notReady('origin', describeError(error));
        logger.warn({ reason: describeError(error) }, 'the source broke off; reading again');
        await pause(backoffMs(tries), signal);
      }
    }
  } catch (error) {
    // Stopped while it was still waiting for Kafka or the registry.
    if (!(signal.aborted && error === signal.reason)) throw error;
  } finally {
    signal.removeEventListener('abort', onStop);
    await atMost(farewellMs, publisher?.close());
    await atMost(farewellMs, kafka?.disconnect());
  }
}
