import type { RecordsRefused, TopicRecord } from '@sluice/kafka';

/** A record to publish, and what takes its place when the broker will never take it. */
export interface Publication {
  record: TopicRecord;
  /** Undefined where nothing is left that could be smaller. */
  instead?: (refusal: RecordsRefused) => Publication;
}

/** Brings a source's records into Kafka, waiting for as long as that takes. One call at a time. */
export interface Publisher {
  /** Where to go on. Undefined before the first cursor, and always for a publisher that stores none. */
  readonly cursor: string | undefined;
  /**
   * Resolves when Kafka has acknowledged all of it, with the records that were published in the end.
   *
   * @param cursor where to go on behind these records; undefined leaves the cursor where it is
   * @throws the abort reason when the signal is aborted, and RecordsRefused when a record is refused that has nothing in its place
   */
  publish(publications: readonly Publication[], cursor: string | undefined): Promise<readonly TopicRecord[]>;
  close(): Promise<void>;
}

/** Replaces the records that a refusal names. @throws the refusal where nothing can take such a record's place */
export function withoutRefused(publications: readonly Publication[], refusal: RecordsRefused): Publication[] {
  const refused = new Set<unknown>(refusal.records);
  if (!publications.some(({ record }) => refused.has(record))) throw refusal;
  return publications.map((publication) => {
    if (!refused.has(publication.record)) return publication;
    if (publication.instead === undefined) throw refusal;
    return publication.instead(refusal);
  });
}
