import type { KafkaClient } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import type { Codec } from '@sluice/schema-registry';
import type { Logger } from '@sluice/telemetry';
import type { TopicAudit } from './topic-audit.ts';

/** How an audit reads records. */
export interface AuditAccess {
  kafka: KafkaClient;
  codec: Codec;
  logger: Logger;
  signal: AbortSignal;
}

/** Learns how far an audit is. */
export interface AuditProgress {
  /** @param total of `done`, where it is known */
  show(what: string, done: number, total?: number): void;
}

/** How one topic is to be audited. */
export interface TopicAuditOptions {
  access: AuditAccess;
  contract: EventContract;
  /** The sink's consumer group. */
  group: string;
  /** The group of the sink that announces objects; of use to BigQuery only. */
  objectsGroup: string;
  waitMs: number;
  /** Whether every record's contents are compared, also where that is expensive. */
  full: boolean;
  progress: AuditProgress;
}

/** Audits topics at one destination. */
export interface Auditor {
  /** Its sink's project name: the default consumer group, and the author of the dead letters. */
  readonly name: string;
  /** How long its sink may take by default: one that gathers records is late on purpose. */
  readonly patienceSeconds: number;
  /** @returns undefined when there is no such topic */
  audit(options: TopicAuditOptions): Promise<TopicAudit | undefined>;
  close(): Promise<void>;
}
