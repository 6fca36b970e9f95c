// What the server tells the page about one event, in all places. Times are milliseconds since 1970.

export interface WhereAnswer {
  /** The events that were found, mostly one. */
  events: readonly FoundEvent[];
  /** What a search for words returned, best first. */
  matches: readonly { topic: string; id: string; index: string; timeMs: number | undefined; excerpt: string }[];
  /** What could not be asked, and how far was looked, in sentences. */
  notes: readonly string[];
}

/** `absent`: looked for and not there. `unknown`: could not be looked for. */
export type Finding<T> =
  ({ state: 'found'; locator: string; link?: string } & T) | { state: 'absent' | 'unknown'; why: string };

export interface FoundEvent {
  topic: string;
  id: string | undefined;
  kafka: Finding<{ partition: number; offset: string; timestampMs: number; bytes: number }>;
  document: Finding<{ index: string }>;
  object: Finding<{ name: string; format: 'JSON' | 'AVRO'; row: number; records: number }>;
  row: Finding<{ table: string; sql: string }>;
  deadLetters: readonly { locator: string; by: string; reason: string; deadSinceMs: number }[];
  /** JSON text; undefined where the event cannot be read. */
  event: string | undefined;
  life: Life;
}

/** When the event came to each place, in order of time. */
export interface Life {
  steps: readonly { name: string; atMs: number; sinceMs: number; basis: string }[];
  totalMs: number;
  unknown: readonly { name: string; why: string }[];
}
