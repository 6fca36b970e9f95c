// What the server tells the page about load jobs.

export interface ShownLoad {
  id: string;
  table: string;
  topic: string;
  state: 'pending' | 'running' | 'loaded' | 'failed';
  createdMs: number;
  durationMs: number;
  objects: number;
  rows: number;
  badRows: number;
  error: string | null;
  /** Where the load job has refused rows: the topic of their dead letters. */
  deadLetters: string | null;
}

/** The load jobs of one table over the last day. */
export interface TableQuota {
  table: string;
  jobs: number;
  /** So many there will be in a day at the pace of the last hour. */
  forecast: number;
  failed: number;
}

export interface LoadList {
  /** False where no BigQuery is configured. */
  isConfigured: boolean;
  /** The newest first. */
  jobs: ShownLoad[];
  /** In the last 24 hours, as far as they were read. */
  counted: number;
  isCut: boolean;
  tables: TableQuota[];
  /** The most that the sink may start for a table in a day. */
  limit: number;
}
