// What the server tells the page about the flow. Only types: both sides import them.

/** All that the page shows of the flow at one time. Times are milliseconds since 1970. */
export interface Overview {
  atMs: number;
  /** Whether the page may start audits and replays. */
  canWrite: boolean;
  servers: ServerState[];
  apps: AppState[];
  topics: TopicState[];
  deliveries: Delivery[];
}

export type ServerName = 'kafka' | 'registry' | 'elasticsearch' | 'gcs' | 'bigquery';

export interface ServerState {
  name: ServerName;
  /** As people call it, such as `Cloud Storage`. */
  title: string;
  address: string;
  /** Undefined until it was asked. */
  isUp: boolean | undefined;
  /** When it went down or came up. */
  sinceMs: number;
  /** Why it counts as down. */
  reason?: string;
}

export type AppRole = 'source' | 'processor' | 'sink';

/** `silent`: a source that runs and sends nothing. */
export type AppStateName = 'running' | 'silent' | 'starting' | 'waiting' | 'not running';

export interface AppState {
  name: string;
  role: AppRole;
  state: AppStateName;
  sinceMs: number;
  reason?: string;
  /** Topics that it reads from and writes to, with records per second. */
  reads: TopicRate[];
  writes: TopicRate[];
  /** The server that a sink delivers to. */
  destination?: ServerName;
}

export interface TopicRate {
  topic: string;
  perSecond: number | undefined;
}

export interface TopicState {
  name: string;
  kind: 'events' | 'dead letters' | 'objects';
  /** Offsets in all partitions, transaction marks included. */
  records: number;
  partitions: { partition: number; first: string; end: string }[];
  perSecond: number | undefined;
  /** Since when nothing was added; undefined while that is unknown. */
  quietSinceMs?: number;
}

/** `silent`: all is delivered and nothing new comes. `gathering`: the sink waits on purpose, for more records. */
export type DeliveryStateName = 'up to date' | 'silent' | 'gathering' | 'behind' | 'stuck' | 'unknown';

/** One consumer group on one topic. */
export interface Delivery {
  /** The app whose group it is; the group's name where no app answers. */
  app: string;
  group: string;
  topic: string;
  destination?: ServerName;
  state: DeliveryStateName;
  /** The state in words, with the cause. */
  reason: string;
  /** Records that are not committed. */
  lag: number;
  /** How long ago the oldest record that is not committed was published; 0 where all are. */
  ageSeconds: number;
  perSecond: number | undefined;
  /** How long it takes at the present pace, where it catches up. */
  catchUpSeconds?: number;
  partitions: { partition: number; committed: string | null; end: string; lag: number }[];
  /** `ageSeconds` over the last minutes, the oldest first, one each `trendStepMs`. */
  trend: number[];
}

export const trendStepMs = 10_000;
