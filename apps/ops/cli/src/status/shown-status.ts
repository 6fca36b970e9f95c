import type { GroupLag, TopicSummary } from '@sluice/operations';
import type { AppState } from './app-states.ts';
import type { ServerState } from './server-states.ts';

/** All that `sluice status` shows. */
export interface Status {
  servers: ServerState[];
  /** Undefined where nothing says where the apps are. */
  apps: AppState[] | undefined;
  groups: GroupLag[];
  topics: TopicSummary[];
}
