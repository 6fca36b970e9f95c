import type { DeadLetterRecord } from './dead-letter-record.ts';

/** Which dead letters are meant. Undefined fields match all; the others must all match. */
export interface DeadLetterFilter {
  /** The app that gave the record up. */
  by?: string | undefined;
  /** Part of the reason, ignoring case. */
  reason?: string | undefined;
  errorClass?: string | undefined;
  /** When it was given up: at or after `since`, before `until`. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** The place of the dead letter, not of the original record. */
  partition?: number | undefined;
  offset?: bigint | undefined;
}

export function matches(filter: DeadLetterFilter, { partition, record, envelope }: DeadLetterRecord): boolean {
  const { by, reason, errorClass, since, until } = filter;
  return (
    (by === undefined || envelope.by === by) &&
    (reason === undefined || envelope.reason.toLowerCase().includes(reason.toLowerCase())) &&
    (errorClass === undefined || envelope.errorClass === errorClass) &&
    (since === undefined || envelope.deadSince >= since) &&
    (until === undefined || envelope.deadSince < until) &&
    (filter.partition === undefined || partition === filter.partition) &&
    (filter.offset === undefined || record.offset === filter.offset)
  );
}
