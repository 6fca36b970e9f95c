import type { Readiness } from './app-state.ts';
import type { FlowApp } from './flows.ts';

/** What an app says of itself at one moment. */
export interface AppStatus {
  events: number;
  /** Undefined for sources, which have none. */
  lag: number | undefined;
  readiness: Readiness;
}

/** Reads `/metrics` and `/ready`; undefined while the app does not answer. */
export async function appStatus(role: FlowApp['role'], telemetryUrl: string): Promise<AppStatus | undefined> {
  const get = (path: string) => fetch(`${telemetryUrl}${path}`, { signal: AbortSignal.timeout(2_000) });
  try {
    const [metrics, readiness] = await Promise.all([
      get('/metrics').then((response) => response.text()),
      get('/ready').then((response) => response.json() as Promise<Readiness>),
    ]);
    const samples = parseSamples(metrics);
    const sum = (name: string) =>
      samples.filter((sample) => sample.name === name).reduce((total, { value }) => total + value, 0);
    return {
      events: sum(role === 'source' ? 'source_events_total' : 'sink_records_total'),
      lag: role !== 'source' ? sum('sink_lag_records') : undefined,
      readiness,
    };
  } catch {
    return undefined;
  }
}

/** Samples of Prometheus' text form, without their labels. */
function parseSamples(text: string): { name: string; value: number }[] {
  return [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{[^\n]*\})? (\S+)/gm)].map(([, name = '', value]) => ({
    name,
    value: Number(value),
  }));
}
