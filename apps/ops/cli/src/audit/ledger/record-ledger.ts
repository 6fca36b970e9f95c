import type { ChangedEvent, DuplicateEvent, LostEvent, PartitionCounts } from './event-ledger.ts';
import type { CutPartition } from '../consistent-cut.ts';
import type { PassedOffsets } from './passed-offsets.ts';
import { mostNamed, type TopicAudit, type UnknownDocument } from '../topic-audit.ts';

/** A record that is judged by its place in Kafka. */
export interface JudgedRecord {
  partition: number;
  offset: bigint;
  id: string;
  isDeadLetter: boolean;
}

/** Adds up what became of records, each of which has one place at the destination: every record is an event of its own. */
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
    // What a sink has given up must not be at the destination too: who replays it has it twice.
    const all = isDeadLetter ? [...places, 'the dead letters'] : places;
    if (all.length < 2) return;
    counts.duplicates += all.length - 1;
    if (this.#duplicates.length < mostNamed)
      this.#duplicates.push({ partition, offset: String(offset), id, places: [...all] });
  }

  /** Many records of one partition that are in one place each, and of which nothing is to be named. */
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

  /** Rows, one or several, at a place at which there is no record. */
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
    const partitions = cut.map(({ partition, first, to, notYetDelivered, expired }) => ({
      partition,
      first: String(first),
      to: String(to),
      ...this.#counts(partition),
      notYetDelivered,
      expired,
    }));
    const sum = (name: keyof PartitionCounts | 'notYetDelivered' | 'expired') =>
      partitions.reduce((so, counts) => so + counts[name], 0);
    const totals = {
      records: sum('records'),
      events: sum('events'),
      documents: this.#documents + this.#unknownCount - dropped,
      delivered: sum('delivered'),
      deadLetters: sum('deadLetters'),
      lost: sum('lost'),
      duplicates: sum('duplicates'),
      changed: sum('changed'),
      unknown: this.#unknownCount - dropped,
      notYetDelivered: sum('notYetDelivered'),
      expired: sum('expired'),
    };
    const { lost, duplicates, changed, unknown: strangers, notYetDelivered, expired } = totals;
    const faults = lost + duplicates + changed + strangers + notYetDelivered + expired;
    return {
      ok: faults + passed.unreadable.length === 0,
      topic,
      destination,
      group,
      totals,
      partitions,
      lost: this.#lost,
      duplicates: this.#duplicates,
      changed: this.#changed,
      unknown: unknown.map(({ id, place }) => ({ id, place })),
      ...passed,
      notInKafkaAnyMore: older + dropped,
    };
  }

  #counts(partition: number): PartitionCounts {
    let counts = this.#partitions.get(partition);
    if (counts === undefined) {
      counts = { records: 0, events: 0, delivered: 0, deadLetters: 0, lost: 0, duplicates: 0, changed: 0 };
      this.#partitions.set(partition, counts);
    }
    return counts;
  }
}
