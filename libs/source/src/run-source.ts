import { connectKafka, type KafkaClient } from '@sluice/kafka';
import { deadLetterTopic, type EventContract } from '@sluice/contracts';
import { atMost, type AppContext } from '@sluice/telemetry';
import { deliverItems } from './publishing/deliver-items.ts';
import { idempotentPublisher } from './publishing/idempotent-publisher.ts';
import { itemPublications } from './publishing/item-publications.ts';
import type { Publisher } from './publishing/publisher.ts';
import { transactionalPublisher } from './publishing/transactional-publisher.ts';
import { readUntilEnd } from './reading/read-until-end.ts';
import { sourceMetrics } from './source-metrics.ts';
import type { SourceConfig } from './source-settings.ts';
import type { Source } from './source.ts';

/** How long a connection may take to close: the server may not answer any more. */
const farewellMs = 5_000;

export interface SourceOptions<T, S> {
  source: Source<T, S>;
  contract: EventContract<T>;
  /** The contract of the source's side events, where it has any. */
  beside?: EventContract<S>;
  config: SourceConfig;
  context: AppContext;
  /** Whether the source's items carry cursors. */
  cursors: boolean;
}

/**
 * Runs a source until it is exhausted or the context's signal is aborted. Called by the app's `main.ts`.
 *
 * ```
 * with cursors      read ▶ chunk ▶ encode ▶ one transaction: events, dead letters, cursor
 * without           read ▶ chunk ▶ encode ▶ produce (acks all, idempotent)
 * ```
 *
 * Waits for Kafka and the registry for as long as they take. A source that throws is read again from the newest cursor. What it
 * refuses, and an event that does not fit its contract, goes to the dead letters, and reading continues.
 *
 * With cursors each item is in Kafka exactly once, whatever breaks (G8): a process that is killed leaves a chunk and its cursor, or
 * neither. The transactional id is the source's and its `SOURCE_INSTANCE`'s, so a process that starts fences those before it.
 *
 * @throws FatalError when another process has taken over
 */
export async function runSource<T extends object, S extends object = never>(
  options: SourceOptions<T, S>,
): Promise<void> {
  const { source, contract, beside, cursors, config, context } = options;
  const { app, logger, signal } = context;
  const { SOURCE_BATCH_RECORDS: maxItems, LINGER_MS: waitMs, SOURCE_SHUTDOWN_GRACE_MS: graceMs } = config;
  const metrics = sourceMetrics(context.metrics, [contract.topic]);
  const abandoned = abortedAfter(signal, graceMs);
  let kafka: KafkaClient | undefined;
  let publisher: Publisher | undefined;
  try {
    kafka = await connectKafka({ ...context, config, clientId: app });
    const publicationOf = await itemPublications({ contract, beside, kafka, config, context });
    const to = await openPublisher(options, kafka, abandoned);
    publisher = to;
    await readUntilEnd({
      ...{ source, cursors, abandoned, context, limits: { maxItems, waitMs } },
      cursor: () => to.cursor,
      deliver: deliverItems({
        ...{ publisher: to, publicationOf, metrics, logger, tracing: context.tracing },
        ...{ topic: contract.topic, besideTopic: beside?.topic },
      }),
    });
  } catch (error) {
    // Stopped while it was still waiting for Kafka or the registry.
    if (!(signal.aborted && error === signal.reason)) throw error;
  } finally {
    await atMost(farewellMs, publisher?.close());
    await atMost(farewellMs, kafka?.disconnect());
  }
}

async function openPublisher<T, S>(
  { contract, beside, cursors, config, context }: SourceOptions<T, S>,
  kafka: KafkaClient,
  abandoned: AbortSignal,
): Promise<Publisher> {
  const { app, logger, health, signal } = context;
  const sending = { kafka, signal: abandoned, logger, health };
  if (!cursors) return idempotentPublisher(sending);
  const topics = [contract.topic, beside?.topic].filter((topic) => topic !== undefined);
  return transactionalPublisher({
    ...sending,
    source: config.SOURCE_INSTANCE === undefined ? app : `${app}.${config.SOURCE_INSTANCE}`,
    topics: topics.flatMap((topic) => [topic, deadLetterTopic(topic)]),
    starting: signal,
  });
}

/** Aborted some time after the signal: what has been read is still sent until then. */
function abortedAfter(signal: AbortSignal, graceMs: number): AbortSignal {
  const late = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => late.abort(), graceMs).unref(), { once: true });
  return late.signal;
}
