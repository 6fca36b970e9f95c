import type { RunningApp } from './running-app.ts';

/** What an app's metrics say at one moment. */
export interface AppStatus {
  events: number;
  /** Undefined for sources, which have none. */
  lag: number | undefined;
  freshnessSeconds: number | undefined;
}

/** Reads `/metrics`; undefined while the app does not answer. */
export async function appStatus({ app, telemetryUrl }: RunningApp): Promise<AppStatus | undefined> {
  if (telemetryUrl === undefined) return undefined;
  try {
    const response = await fetch(`${telemetryUrl}/metrics`, { signal: AbortSignal.timeout(2_000) });
    const samples = parseSamples(await response.text());
    const values = (name: string) => samples.filter((sample) => sample.name === name).map(({ value }) => value);
    const sum = (name: string) => values(name).reduce((total, value) => total + value, 0);
    return {
      events: sum(app.role === 'source' ? 'source_events_total' : 'sink_records_total'),
      lag: app.role !== 'source' ? sum('sink_lag_records') : undefined,
      freshnessSeconds: values(app.role === 'source' ? 'source_freshness_seconds' : 'sink_freshness_seconds').at(0),
    };
  } catch {
    return undefined;
  }
}

/** Samples of Prometheus' text form, without their labels. */
export function parseSamples(text: string): { name: string; value: number }[] {
  return [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{[^\n]*\})? (\S+)/gm)].map(([, name = '', value]) => ({
    name,
    value: Number(value),
  }));
}
