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

/** An audit that this server has started. */
export interface RunningAudit {
  sinceMs: number;
  command: string;
  /** Its last line of progress. */
  progress: string;
}

/** Audits of everything that this server starts itself. */
export interface AuditSchedule {
  everyMs: number;
  /** When the next one begins, unless one is running then. */
  nextMs: number;
}

export interface AuditHistory {
  /** The newest first. */
  runs: AuditRun[];
  running: RunningAudit | null;
  schedule: AuditSchedule | null;
  /** Why the last one that this server started has failed. */
  failure: string | null;
  /** Whether this server has the command. */
  canStart: boolean;
}
