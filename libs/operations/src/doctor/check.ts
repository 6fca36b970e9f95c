import { describeError } from '@sluice/telemetry';

/** What `sluice doctor` found of one thing. */
export interface Check {
  /** Whose it is. */
  of: 'machine' | 'Kafka' | 'schema registry' | 'Elasticsearch' | 'Cloud Storage' | 'BigQuery';
  what: string;
  /** `warning` where it works, but not as it should; `not tried` where something before it failed, or it cannot be tried. */
  state: 'ok' | 'warning' | 'failed' | 'not tried';
  /** One sentence. */
  says: string;
  /** What to do, where it is neither `ok` nor in `says` already. */
  fix?: string;
}

export type Checks = AsyncGenerator<Check>;

type Found = Omit<Check, 'of' | 'what'>;

export const ok = (says: string): Found => ({ state: 'ok', says });
export const warning = (says: string, fix: string): Found => ({ state: 'warning', says, fix });
export const failed = (says: string, fix?: string): Found => ({
  state: 'failed',
  says,
  ...(fix !== undefined && { fix }),
});
export const notTried = (says: string): Found => ({ state: 'not tried', says });

/** Tries something. What it throws is a failure that says why, and mostly how to resolve it. */
export async function tried(
  of: Check['of'],
  what: string,
  signal: AbortSignal,
  act: () => Promise<Found> | Found,
): Promise<Check> {
  try {
    return { of, what, ...(await act()) };
  } catch (error) {
    signal.throwIfAborted();
    return { of, what, ...failed(describeError(error)) };
  }
}
