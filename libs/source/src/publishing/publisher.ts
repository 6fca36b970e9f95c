import type { RecordsRefused, TopicRecord } from '@sluice/kafka';

/** A record to publish, and its replacement when the broker refuses it for good. */
export interface Publication {
  record: TopicRecord;
  /** Undefined where nothing smaller is left. */
  instead?: (refusal: RecordsRefused) => Publication;
}

/** Publishes a source's records to Kafka, waiting for as long as that takes. One call at a time. */
export interface Publisher {
  /** Where to continue. Undefined before the first cursor, and always for a publisher that stores none. */
  readonly cursor: string | undefined;
  /**
   * Resolves when Kafka has acknowledged all of it, with the records that were published in the end.
   *
   * @param cursor where to continue after these records; undefined leaves the cursor where it is
   * @throws the abort reason when the signal is aborted, and RecordsRefused when a record without a replacement is refused
   */
  publish(publications: readonly Publication[], cursor: string | undefined): Promise<readonly TopicRecord[]>;
  close(): Promise<void>;
}

/** Replaces the records that a refusal names. @throws the refusal where one has no replacement */
export function withoutRefused(publications: readonly Publication[], refusal: RecordsRefused): Publication[] {
  const refused = new Set<unknown>(refusal.records);
  if (!publications.some(({ record }) => refused.has(record))) throw refusal;
  return publications.map((publication) => {
    if (!refused.has(publication.record)) return publication;
    if (publication.instead === undefined) throw refusal;
    return publication.instead(refusal);
  });
}
