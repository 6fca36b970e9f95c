import { withTrace } from '@sluice/telemetry';
import type { Publication } from './publisher.ts';

/** Adds the header of a trace to what is published, and to what replaces it where Kafka refuses it. */
export const inTrace =
  (traceparent: string) =>
  ({ record, instead }: Publication): Publication => ({
    record: withTrace(record, traceparent),
    ...(instead !== undefined && { instead: (refusal) => inTrace(traceparent)(instead(refusal)) }),
  });
