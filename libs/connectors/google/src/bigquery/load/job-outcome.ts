import { withoutValues } from '@sluice/warehouse-schemas';
import { withRoles } from '../bigquery-client.ts';

/** One error of a job, as the service describes it. */
export interface JobError {
  reason?: string;
  message?: string;
  location?: string;
}

/**
 * What to do about a failed job. `again`: the same, later. `rows`: some of its rows are to blame, or there are too many of them. `columns`:
 * the table lacks a column, or has it in another type. `table`: the table is gone. `object`: an object is not there.
 */
export type FailureKind = 'again' | 'rows' | 'columns' | 'table' | 'object';

export interface Failure {
  readonly kind: FailureKind;
  /** One line. Of rows it names fields and places at most, as the service words it. */
  readonly reason: string;
}

/**
 * Reads the errors of a job that ended with one: https://cloud.google.com/bigquery/docs/error-messages
 *
 * An error that is not certain to lie in the rows is an outage, or something for a person to fix. Then the rows wait.
 */
export function failureOf(main: JobError, all: readonly JobError[] = []): Failure {
  const texts = [main, ...all].map(({ message = '' }) => message);
  const reason = `${withoutValues(withRoles(main.reason ?? '', texts[0] ?? ''))} (${main.reason ?? 'no reason'})`;
  const says = (pattern: RegExp) => texts.some((text) => pattern.test(text));
  switch (main.reason) {
    case 'notFound':
      return { kind: says(/\b(Table|Dataset)\b/) && !says(/gs:\/\//) ? 'table' : 'object', reason };
    case 'resourcesExceeded':
    // The service says that the same would fail again. Without the rows that it fails on, the others load.
    case 'dontRetry':
      return { kind: 'rows', reason };
    case 'invalid':
      if (says(/No such field|Provided Schema does not match|Cannot add fields|has changed type|schema mismatch/i))
        return { kind: 'columns', reason };
      if (says(/Not found: (URI|Files?|Object)|404 \(Not Found\)|No such object/i)) return { kind: 'object', reason };
      return {
        // Fewer rows lie in fewer days.
        kind: says(/too many partitions|while reading data|parsing error|too many errors|Could not parse/i)
          ? 'rows'
          : 'again',
        reason,
      };
    default:
      return { kind: 'again', reason };
  }
}
