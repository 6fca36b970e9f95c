import { timeOfOutgoing, type TopicRecord } from '@sluice/kafka';
import { deadLetterTopic } from '@sluice/contracts';
import { describeError, topicAttributes, type Logger, type Tracing } from '@sluice/telemetry';
import type { SourceMetrics } from '../source-metrics.ts';
import type { SourceItem } from '../source.ts';
import type { PublicationOf } from './item-publications.ts';
import type { Publisher } from './publisher.ts';
import { inTrace } from './in-trace.ts';

/** Publishes items with the newest cursor among them, acknowledges them when Kafka has them, and counts them. */
export function deliverItems<T, S>(options: {
  publisher: Publisher;
  publicationOf: PublicationOf<T, S>;
  topic: string;
  /** The topic of side events, which are not counted. */
  besideTopic: string | undefined;
  metrics: SourceMetrics;
  logger: Logger;
  /** Where given, a chunk is a span, and its records carry the header of its trace. */
  tracing?: Tracing | undefined;
}): (items: readonly SourceItem<T, S>[]) => Promise<void> {
  const { publisher, publicationOf, topic, metrics, tracing } = options;
  const count = publishedCounts(options);
  return async (items) => {
    const nowMs = Date.now();
    const cursor = items.findLast((item) => item.cursor !== undefined)?.cursor;
    const span = tracing && spanOf(tracing, topic, items.length);
    const made = items.map((item) => publicationOf(item, nowMs));
    const records = span?.traceparent === undefined ? made : made.map(inTrace(span.traceparent));
    const startedMs = performance.now();
    const published = await publisher.publish(records, cursor).catch((error: unknown) => {
      span?.end({}, describeError(error));
      throw error;
    });
    metrics.publishes.observe({ topic }, (performance.now() - startedMs) / 1000);
    span?.end({});
    let replaced = 0;
    for (const item of items) {
      item.acknowledge?.();
      if ('value' in item) replaced += item.replacedSurrogates ?? 0;
    }
    if (replaced > 0) metrics.replacedSurrogates.inc({ topic }, replaced);
    count(published);
  };
}

const spanOf = (tracing: Tracing, topic: string, items: number) =>
  tracing.begin(`send ${topic}`, {
    kind: 'producer',
    attributes: { ...topicAttributes('send', topic), 'messaging.batch.message_count': items },
  });

function publishedCounts(options: {
  topic: string;
  besideTopic: string | undefined;
  metrics: SourceMetrics;
  logger: Logger;
}): (published: readonly TopicRecord[]) => void {
  const { topic, besideTopic, metrics, logger } = options;
  let hasPublished = false;
  return (published) => {
    const events = published.filter((record) => record.topic === topic);
    metrics.published(topic, events.length);
    if (events.length > 0 && !hasPublished) {
      hasPublished = true;
      logger.info({ topic }, 'the first events are in Kafka');
    }
    const last = events.at(-1);
    const newest = last && timeOfOutgoing(last);
    if (newest !== undefined) metrics.freshness.note(topic, newest);
    const rejected = published.filter((record) => record.topic !== topic && record.topic !== besideTopic).length;
    if (rejected === 0) return;
    metrics.deadLetters.inc({ topic }, rejected);
    logger.warn(
      { events: rejected, to: deadLetterTopic(topic) },
      'what cannot be read, does not fit its contract, or is refused by Kafka went to the dead letters',
    );
  };
}
