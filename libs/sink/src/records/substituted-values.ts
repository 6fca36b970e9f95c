import type { Substitution, Substitutions } from '@sluice/avro';
import { coded, type Logger } from '@sluice/telemetry';
import type { SinkMetrics } from '../sink-metrics.ts';

const explanations: Readonly<Record<Substitution['kind'], string>> = {
  not_finite: 'a field has NaN or an infinity, which JSON lacks: it is written as text',
  out_of_range:
    'a field has a value outside what destinations hold: a document has it as it is and cannot be searched by it, a row has null',
};

/** Counts the values of a topic that its destination cannot take as they are, and names each field once in the log. */
export function substitutedValues(
  topic: string,
  { logger, metrics }: { logger: Logger; metrics: Pick<SinkMetrics, 'substituted'> },
): (found: Substitutions) => void {
  const named = new Set<string>();
  return (found) => {
    for (const [{ field, kind }, count] of found) {
      metrics.substituted.inc({ topic, field, kind }, count);
      const name = `${kind} ${field}`;
      if (named.has(name)) continue;
      named.add(name);
      logger.warn({ field, kind, ...coded('value-substituted') }, explanations[kind]);
    }
  };
}
