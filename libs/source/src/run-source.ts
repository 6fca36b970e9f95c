import {
  connectKafka,
  deadLetterHeaders,
  deadLetterTopicSettings,
  RecordsRefused,
  registryOptions,
  type EventProducer,
  type KafkaClient,
  type OutgoingRecord,
} from '@sluice/kafka';
import { createCodec, deadLetterTopic, type EventContract } from '@sluice/schemas';
import { backoffMs, describeError, patiently, pause, type AppContext } from '@sluice/telemetry';
import { chunks } from './chunks.ts';
import { cursorStore, type CursorStore } from './cursor-store.ts';
import { outgoingEvent } from './outgoing-event.ts';
import { patientProducer } from './patient-producer.ts';
import type { Source, SourceEvent } from './source.ts';
import type { SourceConfig } from './source-settings.ts';

/**
 * Runs a source until it is exhausted or the context's signal is aborted. Called by the app's `main.ts`.
 *
 * ```
 * read ▶ encode ▶ produce (acks all, idempotent) ▶ store the cursor
 * ```
 *
 * Waits for Kafka and the registry for as long as they take. A source that throws is read again from the newest cursor. An event
 * that does not fit its contract goes to the dead letters as JSON; the flow goes on.
 *
 * @param cursors whether the source's events carry cursors (G8)
 */
export async function runSource<T extends object>(options: {
  source: Source<T>;
  contract: EventContract<T>;
  config: SourceConfig;
  context: AppContext;
  cursors: boolean;
}): Promise<void> {
  const { source, contract, config, context } = options;
  const { app, logger, health, signal } = context;
  const { topic } = contract;
  const metrics = sourceMetrics(context.metrics);
  // What has been read is still sent after the signal, for as long as the grace allows.
  const abandon = new AbortController();
  const onStop = () => setTimeout(() => abandon.abort(), config.SOURCE_SHUTDOWN_GRACE_MS).unref();
  signal.addEventListener('abort', onStop, { once: true });

  let kafka: KafkaClient | undefined;
  let producer: EventProducer | undefined;

  try {
    const client = await connectKafka({ config, clientId: app, logger, signal });
    kafka = client;
    await client.ensureTopics([topic], { signal });
    await client.ensureTopics([deadLetterTopic(topic)], { signal, settings: deadLetterTopicSettings });
    const codec = createCodec(registryOptions(config));
    const encoder = await patiently(
      { what: `the schema registry at ${config.SCHEMA_REGISTRY_URL}`, signal, logger },
      () => codec.encoder(contract),
    );
    const { send } = (producer = await patientProducer({ kafka: client, signal: abandon.signal, logger, health }));

    /** Sends all that the broker takes; gives back dead letters for what it never will. */
    const sendOrRefuse = async (to: string, records: readonly OutgoingRecord[]): Promise<OutgoingRecord[]> => {
      if (records.length === 0) return [];
      try {
        await send(to, records);
        return [];
      } catch (error) {
        if (!(error instanceof RecordsRefused)) throw error;
        const { records: refused } = error;
        if (refused.length === 1) return refused.map(({ key }) => deadLetter(key, null, error, app, topic));
        const half = refused.length >> 1;
        return [...(await sendOrRefuse(to, refused.slice(0, half))), ...(await sendOrRefuse(to, refused.slice(half)))];
      }
    };

    const cursors: CursorStore | undefined = options.cursors
      ? cursorStore({ kafka: client, send, source: app, signal, logger })
      : undefined;
    let cursor = await cursors?.load();

    const deliver = async (events: readonly SourceEvent<T>[]): Promise<void> => {
      const nowMs = Date.now();
      const records: OutgoingRecord[] = [];
      const unfit: OutgoingRecord[] = [];
      for (const event of events) {
        try {
          const { record, early } = outgoingEvent(event, contract, encoder, nowMs);
          if (early) metrics.early.inc({ topic });
          records.push(record);
        } catch (error) {
          unfit.push(deadLetter(event.key ?? null, event.value, error, app, topic));
        }
      }
      unfit.push(...(await sendOrRefuse(topic, records)));
      const tooLarge = await sendOrRefuse(deadLetterTopic(topic), unfit);
      if (tooLarge.length > 0) await send(deadLetterTopic(topic), tooLarge);
      metrics.events.inc({ topic }, events.length - unfit.length);
      const newest = records.at(-1)?.timestampMs;
      if (newest !== undefined) metrics.freshness.set({ topic }, (Date.now() - newest) / 1000);
      if (unfit.length > 0) {
        metrics.rejected.inc({ topic }, unfit.length);
        logger.warn(
          { events: unfit.length, to: deadLetterTopic(topic) },
          'events that do not fit their contract, or that Kafka refuses, went to the dead letters',
        );
      }
      const reached = events.findLast((event) => event.cursor !== undefined)?.cursor;
      if (reached !== undefined && cursors !== undefined) {
        await cursors.save(reached);
        cursor = reached;
      }
    };

    for (let tries = 1; !signal.aborted; tries++) {
      try {
        health.ready('origin');
        const events = source.read({ signal, cursor });
        for await (const group of chunks(events, {
          maxItems: config.SOURCE_BATCH_RECORDS,
          waitMs: config.SOURCE_BATCH_WAIT_MS,
        })) {
          await deliver(group);
          tries = 1;
        }
        if (!signal.aborted) logger.info('the source has nothing more to read');
        return;
      } catch (error) {
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
    await producer?.disconnect().catch(() => {});
    await kafka?.disconnect().catch(() => {});
  }
}

/** A source's dead letter: the event as JSON, or nothing where even Kafka has no room for it. */
function deadLetter(
  key: OutgoingRecord['key'],
  event: object | null,
  error: unknown,
  app: string,
  topic: string,
): OutgoingRecord {
  const now = new Date();
  const errorClass = error instanceof RecordsRefused ? error.errorClass : 'unfit';
  const letter = {
    by: app,
    topic,
    reason: describeError(error),
    errorClass,
    attempts: 1,
    firstSeen: now,
    deadSince: now,
  };
  const json = JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return { key, value: event === null ? null : Buffer.from(json), headers: deadLetterHeaders({}, letter) };
}

const sourceMetrics = (metrics: AppContext['metrics']) => ({
  events: metrics.counter({
    name: 'source_events_total',
    help: 'Events that Kafka has acknowledged',
    labelNames: ['topic'],
  }),
  rejected: metrics.counter({
    name: 'source_rejected_total',
    help: 'Events that do not fit their contract',
    labelNames: ['topic'],
  }),
  early: metrics.counter({
    name: 'source_early_events_total',
    help: 'Events from over an hour ahead, stored with their time of arrival',
    labelNames: ['topic'],
  }),
  freshness: metrics.gauge({
    name: 'source_freshness_seconds',
    help: 'Age of the newest acknowledged event when Kafka had it',
    labelNames: ['topic'],
  }),
});
