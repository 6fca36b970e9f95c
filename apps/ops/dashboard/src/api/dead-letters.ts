// What the server tells the page about dead letters.

/** Dead letters of one cause. */
export interface DeadLetterCause {
  topic: string;
  by: string;
  errorClass: string;
  reason: string;
  open: number;
  replayed: number;
  firstDeadMs: number;
  lastDeadMs: number;
}

export interface DeadLetterLine {
  /** The dead-letter topic. */
  topic: string;
  partition: number;
  offset: string;
  state: 'open' | 'replayed';
  replays: number;
  by: string;
  errorClass: string;
  reason: string;
  deadSinceMs: number;
  /** Where it was: a place in Kafka, or a source's origin. */
  from: string;
}

export interface DeadLetterList {
  causes: DeadLetterCause[];
  /** The newest, the newest first. */
  newest: DeadLetterLine[];
  count: number;
}

export interface ShownDeadLetter extends DeadLetterLine {
  attempts: number;
  firstSeenMs: number;
  key: string | null;
  headers: Record<string, string>;
  /** The event as JSON text, or why there is none and the bytes. */
  event: string | null;
  unreadable: string | null;
  base64: string | null;
}

/** Which dead letters a replay is about. */
export interface ReplayRequest {
  /** The dead-letter topic. */
  topic: string;
  by?: string;
  errorClass?: string;
  reason?: string;
  /** One dead letter alone. */
  partition?: number;
  offset?: string;
  dryRun: boolean;
}

export interface ReplayResult {
  dryRun: boolean;
  /** Replayed; in a dry run, those that can be read now and would be. */
  replayed: number;
  /** By an earlier replay. */
  before: number;
  /** Those that stay, with the reason of each; at most a hundred are named. */
  stays: { name: string; reason: string }[];
  staysCount: number;
  total: number;
  /** The same on the command line. */
  command: string;
}
