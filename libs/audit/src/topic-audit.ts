import type { PassedOffsets } from './ledger/passed-offsets.ts';

/** Findings of a kind beyond so many are only counted, so that memory stays bounded when all is lost. */
export const mostNamed = 100_000;

/** What an audit says of one partition. `events` = `delivered` + `deadLetters` + `lost`. */
export interface PartitionCounts {
  records: number;
  /** Ids: an event that was published twice is two records. It counts where its first record is. */
  events: number;
  /** At the destination, however often and in whatever form. */
  delivered: number;
  /** Not at the destination, but among the dead letters. */
  deadLetters: number;
  lost: number;
  /** Copies beyond the first. */
  duplicates: number;
  /** Delivered, but not with the payload or not in the place of any of its records. */
  changed: number;
}

/** The first record of the event that a finding is about. */
interface FoundRecord {
  partition: number;
  offset: string;
  id: string;
}
export type LostEvent = FoundRecord;
export type DuplicateEvent = FoundRecord & { places: string[] };
/** `expectedPlace` where it is in another one; `fields` that differ, by name, outermost only. */
export type ChangedEvent = FoundRecord & { place: string; expectedPlace?: string; fields?: string[] };

export const noCounts = (): PartitionCounts => ({
  records: 0,
  events: 0,
  delivered: 0,
  deadLetters: 0,
  lost: 0,
  duplicates: 0,
  changed: 0,
});

/** A document or a row without a record. */
export interface UnknownDocument {
  id: string;
  place: string;
}

/** What is wrong with an object, or with its place in the chain. */
export interface ObjectFault {
  kind:
    | 'gap'
    | 'overlap'
    | 'missing'
    | 'unknown'
    | 'unreadable'
    | 'disagrees'
    | 'not announced'
    | 'announced twice'
    | 'announced otherwise';
  /** Its name in the bucket; of a gap the object after it, where there is one. */
  object: string;
  /** One sentence, without the contents of records. */
  reason: string;
}

/** The objects of one topic. */
export interface ObjectsAudit {
  /** Those that were compared. */
  count: number;
  /** Those of records that the sink had not committed when the audit looked: they are not judged. */
  beyondCut: number;
  /** Those of records that Kafka does not have any more: only their places in the chain are judged. */
  notInKafkaAnyMore: number;
  faultCount: number;
  faults: ObjectFault[];
}

/** How the contents of rows were compared. */
interface ContentsAudit {
  /** So many records were compared with their rows, field by field. */
  compared: number;
  /** Whether those are all. */
  full: boolean;
  /** Rows of records that the sinks had not committed when the audit looked: they are not judged. */
  beyondCut: number;
}

/** What an audit found of one topic at one destination. */
export interface TopicAudit extends PassedOffsets {
  ok: boolean;
  topic: string;
  destination: string;
  group: string;
  /** Sums of the partitions; unknown documents belong to none. `documents` are documents, or rows. */
  totals: PartitionCounts & { documents: number; unknown: number; notYetDelivered: number; expired: number };
  partitions: (PartitionCounts & {
    partition: number;
    first: string;
    to: string;
    notYetDelivered: number;
    /** Offsets that Kafka deleted before the sink had delivered them; the marks of transactions are offsets too. */
    expired: number;
  })[];
  lost: LostEvent[];
  duplicates: DuplicateEvent[];
  changed: ChangedEvent[];
  unknown: UnknownDocument[];
  /**
   * Documents or rows whose record is not in Kafka, where Kafka has dropped its oldest records: they may be of those, so that they are
   * not counted as unknown. Zero where Kafka still has its first record.
   */
  notInKafkaAnyMore: number;
  /** Of a destination that holds objects only. */
  objects?: ObjectsAudit;
  /** Of a destination that holds rows by their places only. */
  contents?: ContentsAudit;
}
