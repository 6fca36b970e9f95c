import type { AppState } from './app-state.ts';

/** One app as `start` shows it. */
export interface ShownApp extends AppState {
  name: string;
  events: number | undefined;
  ratePerSecond: number | undefined;
  /** Records not yet committed; undefined for sources. */
  lag: number | undefined;
  /** Time since its last event. */
  quietMs: number | undefined;
  /** The port of its `/metrics` and `/ready`. */
  port: string | undefined;
}
