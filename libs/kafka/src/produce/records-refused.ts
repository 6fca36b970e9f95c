import type { OutgoingRecord } from '../records/outgoing-record.ts';
import { causeOfType } from '../retries/causes.ts';

/** The broker will never take some of the records: one is too large, or has a timestamp out of range. */
export class RecordsRefused extends Error {
  override readonly name = 'RecordsRefused';
  readonly errorClass: string;
  /** None of these records was written. Each is refused, or when `together` one of them is the cause for all. */
  readonly records: readonly OutgoingRecord[];
  readonly together: boolean;

  constructor(errorClass: string, message: string, records: readonly OutgoingRecord[], together = records.length > 1) {
    super(message);
    this.errorClass = errorClass;
    this.records = records;
    this.together = together;
  }
}

/** Kafka's errors that lie in the records. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TIMESTAMP', 'INVALID_RECORD']);

/** The refusal in the error of a produce request, if it is one. */
export function refusalOf(error: unknown, records: readonly OutgoingRecord[]): RecordsRefused | undefined {
  const refusal = causeOfType(error, refusals);
  if (refusal === undefined) return undefined;
  return new RecordsRefused('type' in refusal ? String(refusal.type) : '', refusal.message, records);
}
