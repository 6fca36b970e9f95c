import { coded, type Logger } from '@sluice/telemetry';
import type { SinkMetrics } from '../sink-metrics.ts';

/** Counted by name at most. Field names may come from records, and each is a series of the metric. */
const mostNamed = 100;
const others = '(others)';

/** Counts the values of a topic that its destination has only as text, aside, and names each field once in the log. */
export function rescuedValues(
  topic: string,
  { logger, metrics }: { logger: Logger; metrics: Pick<SinkMetrics, 'rescued'> },
): (fields: readonly string[]) => void {
  const named = new Set<string>();
  return (fields) => {
    for (const name of fields) {
      const field = /^[\w.-]{1,200}$/.test(name) && (named.has(name) || named.size < mostNamed) ? name : others;
      metrics.rescued.inc({ topic, field });
      if (named.has(field)) continue;
      named.add(field);
      logger.warn(
        { field, ...coded('value-rescued') },
        'the destination refuses values of a field: it gets them as text in _sluice.rescued, and the rest of the record as usual',
      );
    }
  };
}
