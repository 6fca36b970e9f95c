// What the server tells the page about audits.

/** What an audit found of one topic at one destination. */
export interface AuditedTopic {
  topic: string;
  destination: string;
  ok: boolean;
  expected: number;
  present: number;
  deadLetters: number;
  missing: number;
  duplicate: number;
  changed: number;
  unknown: number;
  notYetDelivered: number;
  /** What is wrong, in sentences; at most twenty. */
  findings: string[];
}

/** One run of `sluice audit`. */
export interface AuditRun {
  atMs: number;
  tookMs: number;
  /** As it was called. */
  command: string;
  topics: AuditedTopic[];
}

/** An audit that the page has started. */
export interface RunningAudit {
  sinceMs: number;
  command: string;
  /** Its last line of progress. */
  progress: string;
}

export interface AuditHistory {
  /** The newest first. */
  runs: AuditRun[];
  running: RunningAudit | null;
  /** Why the last one that the page started has failed. */
  failure: string | null;
  /** Whether this server has the command. */
  canStart: boolean;
}
