import type { TopicRecord } from '../produce/transactional-producer.ts';
import type { GroupOffset } from './group-offset.ts';

/** An offset to commit, and records that are published exactly if it is committed. */
export interface CommitRequest extends GroupOffset {
  records: readonly TopicRecord[];
  /** Whether it failed before. Then it is tried alone, so that it holds up no others and none holds it up. */
  isRetry?: boolean;
}
