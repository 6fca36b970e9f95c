import { sameJson } from '@sluice/avro';
import { differingFields, isBetween } from '../reading/exact-json.ts';
import {
  mostNamed,
  noCounts,
  type ChangedEvent,
  type DuplicateEvent,
  type LostEvent,
  type PartitionCounts,
} from '../topic-audit.ts';

/** One record as the destination should have it. */
export interface ExpectedEvent {
  partition: number;
  offset: bigint;
  id: string;
  place: string;
  /** Parsed JSON in the contract's form, with what else the writer has; undefined where the record's bytes cannot be read. */
  document: unknown;
  /** The same with the contract's fields only; undefined like `document`. */
  asKnown: () => unknown;
  /** Parsed JSON in the form of the schema that it was written with; undefined like `document`. */
  asWritten: () => unknown;
}

/** One copy of an event at the destination. */
export interface Copy {
  /** Where it is: an index. */
  place: string;
  /** Parsed JSON: see `parseExact`. */
  document: unknown;
}

/**
 * Compares events with their copies, record by record, and adds up. Every record of an id must be judged, in any order of partitions;
 * the first that comes decides where the event counts.
 */
export class EventLedger {
  readonly partitions = new Map<number, PartitionCounts>();
  readonly #lost = new Map<string, LostEvent>();
  readonly #duplicates: DuplicateEvent[] = [];
  readonly #changed = new Map<string, ChangedEvent>();
  readonly #isDeadLetter: (partition: number, offset: bigint) => boolean;

  constructor(isDeadLetter: (partition: number, offset: bigint) => boolean) {
    this.#isDeadLetter = isDeadLetter;
  }

  /**
   * @param copies all copies of the event's id
   * @param isFirst whether no record with this id was judged before
   */
  judge(event: ExpectedEvent, copies: readonly Copy[], isFirst: boolean): void {
    const counts = this.counts(event.partition);
    counts.records++;
    if (isFirst) this.#judgeFirst(event, copies, counts);
    else this.#judgeRepetition(event, copies);
  }

  /** The counts of a partition, zeros at first. */
  counts(partition: number): PartitionCounts {
    let counts = this.partitions.get(partition);
    if (counts === undefined) {
      counts = noCounts();
      this.partitions.set(partition, counts);
    }
    return counts;
  }

  /** What was found so far, by name. */
  findings(): { lost: LostEvent[]; duplicates: DuplicateEvent[]; changed: ChangedEvent[] } {
    return { lost: [...this.#lost.values()], duplicates: this.#duplicates, changed: [...this.#changed.values()] };
  }

  #judgeFirst(event: ExpectedEvent, copies: readonly Copy[], counts: PartitionCounts): void {
    const { partition, offset, id, place, document } = event;
    const found = { partition, offset: String(offset), id };
    const [first] = copies;
    counts.events++;
    if (first === undefined) {
      if (this.#isDeadLetter(partition, offset)) counts.deadLetters++;
      else {
        counts.lost++;
        if (this.#lost.size < mostNamed) this.#lost.set(id, found);
      }
      return;
    }
    counts.delivered++;
    if (copies.length > 1) {
      counts.duplicates += copies.length - 1;
      if (this.#duplicates.length < mostNamed)
        this.#duplicates.push({ ...found, places: copies.map((copy) => copy.place).sort() });
    }
    if (copies.some((copy) => isRight(event, copy))) return;
    counts.changed++;
    const nearest = copies.find((copy) => copy.place === place) ?? first;
    const isElsewhere = nearest.place !== place;
    const fields = differingFields(document, nearest.document);
    if (this.#changed.size < mostNamed)
      this.#changed.set(id, {
        ...found,
        place: nearest.place,
        ...(isElsewhere && { expectedPlace: place }),
        ...(fields.length > 0 && { fields }),
      });
  }

  /** A second record of an event can only speak for it. */
  #judgeRepetition(event: ExpectedEvent, copies: readonly Copy[]): void {
    const { id, partition, offset } = event;
    const lost = this.#lost.get(id);
    if (lost !== undefined && this.#isDeadLetter(partition, offset)) {
      const counts = this.counts(lost.partition);
      counts.lost--;
      counts.deadLetters++;
      this.#lost.delete(id);
    }
    const changed = this.#changed.get(id);
    if (changed !== undefined && copies.some((copy) => isRight(event, copy))) {
      this.counts(changed.partition).changed--;
      this.#changed.delete(id);
    }
  }
}

/** A sink that knew an earlier contract has written the document in that contract's form; an earlier sink, without what else the writer has. */
const isRight = ({ place, document, asKnown, asWritten }: ExpectedEvent, copy: Copy): boolean =>
  copy.document !== undefined &&
  copy.place === place &&
  (sameJson(copy.document, document) || isBetween(copy.document, asKnown(), asWritten()));
