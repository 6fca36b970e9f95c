import type { Logger, Metrics } from '@sluice/telemetry';
import type { DashboardConfig } from '../config.ts';
import type { Places } from '../places.ts';

/** What the routes of all views are made with. */
export interface ViewContext {
  config: DashboardConfig;
  places: Places;
  logger: Logger;
  metrics: Metrics;
  /** Aborted when the server ends. */
  signal: AbortSignal;
}
