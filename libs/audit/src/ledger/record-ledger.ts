import type { CutPartition } from '../reading/consistent-cut.ts';
import {
  mostNamed,
  noCounts,
  type ChangedEvent,
  type DuplicateEvent,
  type LostEvent,
  type PartitionCounts,
  type TopicAudit,
  type UnknownDocument,
} from '../topic-audit.ts';
import type { PassedOffsets } from './passed-offsets.ts';
import { summary } from './summary.ts';

/** A record that is judged by its place in Kafka. */
export interface JudgedRecord {
  partition: number;
  offset: bigint;
  id: string;
  isDeadLetter: boolean;
}

/** Adds up the outcomes of records that each have one place at the destination: every record is a separate event. */
export class RecordLedger {
  readonly #partitions = new Map<number, PartitionCounts>();
  readonly #lost: LostEvent[] = [];
  readonly #duplicates: DuplicateEvent[] = [];
  readonly #changed: ChangedEvent[] = [];
  readonly #unknown: (UnknownDocument & { partition: number; offset: bigint; rows: number })[] = [];
  #unknownCount = 0;
  #documents = 0;

  /** @param places where its copies are */
  judge(record: JudgedRecord, places: readonly string[]): void {
    const { partition, offset, id, isDeadLetter } = record;
    const counts = this.#counts(partition);
    counts.records++;
    counts.events++;
    if (places.length === 0) {
      if (isDeadLetter) counts.deadLetters++;
      else {
        counts.lost++;
        if (this.#lost.length < mostNamed) this.#lost.push({ partition, offset: String(offset), id });
      }
      return;
    }
    counts.delivered++;
    this.#documents += places.length;
    // A dead letter must not be at the destination too: a replay would deliver it twice.
    const all = isDeadLetter ? [...places, 'the dead letters'] : places;
    if (all.length < 2) return;
    counts.duplicates += all.length - 1;
    if (this.#duplicates.length < mostNamed)
      this.#duplicates.push({ partition, offset: String(offset), id, places: [...all] });
  }

  /** Many records of one partition without a finding. */
  allDelivered(partition: number, records: number, deadLetters: number): void {
    const counts = this.#counts(partition);
    counts.records += records;
    counts.events += records;
    counts.deadLetters += deadLetters;
    counts.delivered += records - deadLetters;
    this.#documents += records - deadLetters;
  }

  /** @param fields undefined where the record's bytes in Kafka cannot be read */
  changed(record: Omit<JudgedRecord, 'isDeadLetter'>, place: string, fields: string[] | undefined): void {
    const { partition, offset, id } = record;
    this.#counts(partition).changed++;
    if (this.#changed.length < mostNamed)
      this.#changed.push({ partition, offset: String(offset), id, place, ...(fields !== undefined && { fields }) });
  }

  /** One or more rows at a place where there is no record. */
  unknown(row: { id: string; place: string; partition: number; offset: bigint }, rows = 1): void {
    this.#unknownCount += rows;
    if (this.#unknown.length < mostNamed) this.#unknown.push({ ...row, rows });
  }

  /**
   * The audit's common part.
   *
   * @param firstNow where the partitions begin when the audit ends: Kafka may have dropped records before they could be compared
   */
  result(options: {
    topic: string;
    destination: string;
    group: string;
    cut: readonly CutPartition[];
    firstNow: ReadonlyMap<number, bigint>;
    older: number;
    passed: PassedOffsets;
  }): TopicAudit {
    const { topic, destination, group, cut, firstNow, older, passed } = options;
    const isOlder = ({ partition, offset }: { partition: number; offset: bigint }) =>
      offset < (firstNow.get(partition) ?? 0n);
    const unknown = this.#unknown.filter((row) => !isOlder(row));
    const dropped = this.#unknown.filter(isOlder).reduce((sum, { rows }) => sum + rows, 0);
    return summary({
      topic,
      destination,
      group,
      cut,
      counts: (partition) => this.#counts(partition),
      documents: this.#documents + this.#unknownCount - dropped,
      unknownCount: this.#unknownCount - dropped,
      lost: this.#lost,
      duplicates: this.#duplicates,
      changed: this.#changed,
      unknown: unknown.map(({ id, place }) => ({ id, place })),
      ...passed,
      notInKafkaAnyMore: older + dropped,
    });
  }

  #counts(partition: number): PartitionCounts {
    let counts = this.#partitions.get(partition);
    if (counts === undefined) {
      counts = noCounts();
      this.#partitions.set(partition, counts);
    }
    return counts;
  }
}
