/** An answer that JSON can hold: offsets are text, and times milliseconds since 1970. */
export interface WhereAnswer {
  asked: string;
  /** How the question was understood. */
  kind: 'place' | 'id' | 'text';
  /** The events that were found: several where a processor publishes its events under the ids of those that it read. */
  events: readonly FoundEvent[];
  /** What a search for text returned, best first. `events` has the event where there is only one. */
  matches: readonly TextMatch[];
  /** Sentences about what could not be asked, and how far was looked. */
  notes: readonly string[];
}

/** A document that a search for text returned. */
export interface TextMatch {
  topic: string;
  id: string;
  index: string;
  timeMs: number | undefined;
  /** The words that match with what is around them, on one line. */
  excerpt: string;
}

/** What is known of a place: `found`; `absent` where it was looked for, and is not there; `unknown` where it could not be looked for. */
export type Finding<T> =
  | ({
      state: 'found';
      /** Names it for people and for commands: `tweets:3:481516`, `gs://bucket/name`. */
      locator: string;
      /** An address for a browser. */
      link?: string;
    } & T)
  | { state: 'absent' | 'unknown'; why: string };

export interface FoundRecord {
  partition: number;
  offset: string;
  timestampMs: number;
  /** Undefined where it is no text. */
  key: string | null | undefined;
  bytes: number;
}

export interface FoundDocument {
  index: string;
  id: string;
}

export interface FoundObject {
  bucket: string;
  name: string;
  format: 'JSON' | 'AVRO';
  /** The line of JSON lines, or the row of an Avro file, from 1. */
  row: number;
  records: number;
  createdMs: number;
}

export interface FoundRow {
  table: string;
  /** Returns the row. */
  sql: string;
  /** The load job that brought it. */
  job?: string;
}

export interface FoundDeadLetter {
  /** `tweets.dlq:0:17` */
  locator: string;
  by: string;
  reason: string;
  errorClass: string;
  deadSinceMs: number;
}

/** One event, in all places. */
export interface FoundEvent {
  topic: string;
  id: string | undefined;
  kafka: Finding<FoundRecord>;
  document: Finding<FoundDocument>;
  object: Finding<FoundObject>;
  row: Finding<FoundRow>;
  deadLetters: readonly FoundDeadLetter[];
  /** JSON as Elasticsearch has it; undefined where it is not known. */
  event: string | undefined;
  life: Life;
}

export type LifeStep = 'happened' | 'acknowledged' | 'indexed' | 'object' | 'row';

/** When an event came to each place. */
export interface Life {
  /** In order of time, which is not always that of the names: an object may exist before the document. */
  steps: readonly {
    name: LifeStep;
    atMs: number;
    /** Since the step before. */
    sinceMs: number;
    /** What says so. */
    basis: string;
  }[];
  /** The sum of all `sinceMs`. */
  totalMs: number;
  /** The steps whose time is not known. */
  unknown: readonly { name: LifeStep; why: string }[];
}
