import type { EventContract } from '@sluice/contracts';
import type { EventAccess } from '../clients/event-access.ts';
import type { Progress } from '@sluice/terminal';
import type { TopicAudit } from './topic-audit.ts';

/** How one topic is to be audited. */
export interface TopicAuditOptions {
  access: EventAccess;
  contract: EventContract;
  /** The sink's consumer group. */
  group: string;
  /** The group of the sink that announces objects; of use to BigQuery only. */
  objectsGroup: string;
  waitMs: number;
  /** Every record's contents are compared, also where that is dear. */
  full: boolean;
  progress: Progress;
}

/** Audits topics at one destination. */
export interface Auditor {
  /** Its sink's project name: the consumer group unless told otherwise, and who the dead letters are by. */
  readonly name: string;
  /** How long its sink may take unless told otherwise: one that gathers records is late on purpose. */
  readonly patienceSeconds: number;
  /** @returns undefined when there is no such topic */
  audit(options: TopicAuditOptions): Promise<TopicAudit | undefined>;
  close(): Promise<void>;
}
