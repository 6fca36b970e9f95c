// What the server tells the page about single records.

/** A record of a topic, decoded. */
export interface ShownRecord {
  partition: number;
  offset: string;
  /** Event time, or Kafka's. */
  timeMs: number;
  key: string | null;
  headers: Record<string, string>;
  bytes: number;
  value:
    | { kind: 'json'; json: string }
    | { kind: 'text'; text: string }
    | { kind: 'tombstone' }
    | { kind: 'bytes'; base64: string; reason?: string };
}

/** What a tail has done so far. */
export interface ShownCounts {
  read: number;
  shown: number;
  filtered: number;
  undecodable: number;
  /** Left out, as more came than are shown in a second. */
  overRate: number;
  skippedOffsets: string;
}

export type TailMessage =
  /** The same on the command line. */
  | { kind: 'started'; command: string; unknownPaths: { path: string; suggestion: string | null }[] }
  | { kind: 'record'; record: ShownRecord }
  | { kind: 'counts'; counts: ShownCounts; atMs: number }
  | { kind: 'notice'; text: string }
  /** The tail cannot be had; asking again would not help. */
  | { kind: 'refused'; reason: string; caret?: string };
