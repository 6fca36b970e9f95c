import { describeError } from '@sluice/telemetry';

/** A value of Prometheus' text format. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What an app says about itself. */
export type AppHealth =
  | {
      readonly answers: true;
      readonly ready: boolean;
      readonly reasons: Readonly<Record<string, string>>;
      /** Since when something of it is not ready. */
      readonly sinceMs: number | undefined;
      readonly samples: Sample[];
    }
  | { readonly answers: false; readonly reason: string };

const timeoutMs = 2_000;

/** Asks an app's `/ready` and `/metrics`. Never throws. @param url as `appAddresses` gives it */
export async function appHealth(url: string): Promise<AppHealth> {
  try {
    const [ready, metrics] = await Promise.all([get(`${url}/ready`), get(`${url}/metrics`)]);
    const state: unknown = await ready.json();
    if (typeof state !== 'object' || state === null || !('ready' in state))
      return { answers: false, reason: `another program answers at ${url}` };
    const reasons = 'reasons' in state && typeof state.reasons === 'object' ? { ...state.reasons } : {};
    const since = 'since' in state && typeof state.since === 'object' ? { ...state.since } : {};
    const times = Object.values(since).map((time) => Date.parse(String(time)));
    return {
      ...{ answers: true, ready: state.ready === true, samples: parseSamples(await metrics.text()) },
      reasons: Object.fromEntries(Object.entries(reasons).map(([part, reason]) => [part, String(reason)])),
      sinceMs: times.length === 0 ? undefined : Math.min(...times),
    };
  } catch (error) {
    return { answers: false, reason: describeError(error) };
  }
}

const get = (url: string): Promise<Response> => fetch(url, { signal: AbortSignal.timeout(timeoutMs) });

/** Reads Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function parseSamples(text: string): Sample[] {
  return [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{([^\n]*)\})? (\S+)/gm)].map(
    ([, name = '', labels = '', value]) => ({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', quoted = '']) => [
          label,
          quoted.replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
        ]),
      ),
      value: value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value),
    }),
  );
}
