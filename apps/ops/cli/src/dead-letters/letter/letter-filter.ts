import type { Letter } from './letter.ts';

/** Which letters are meant. What is undefined does not count; the rest must hold together. */
export interface LetterFilter {
  /** Who gave the record up. */
  by?: string | undefined;
  /** Part of the reason, in any case. */
  reason?: string | undefined;
  errorClass?: string | undefined;
  /** When it was given up: at or after `since`, before `until`. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** The letter's own place, not that of the record that it was. */
  partition?: number | undefined;
  offset?: bigint | undefined;
}

/** Whether a letter is meant. */
export function matches(filter: LetterFilter, { partition, record, envelope }: Letter): boolean {
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
