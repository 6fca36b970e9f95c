import type { PassedOffsets } from './ledger/passed-offsets.ts';
import type { ChangedEvent, DuplicateEvent, LostEvent, PartitionCounts } from './ledger/event-ledger.ts';

/** Beyond so many of a kind, findings are counted but no longer named, so that memory stays bounded when all is lost. */
export const mostNamed = 100_000;

/** A document, or a row, of no record. */
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
  /** Of Cloud Storage only. */
  objects?: ObjectsAudit;
  /** Of BigQuery only. */
  contents?: ContentsAudit;
}
