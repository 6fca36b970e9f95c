/** What an app's metrics said at one moment. */
interface Sample {
  atMs: number;
  /** How many events it has published, or how many records it has settled. */
  events: number;
  /** How many records it had still to settle; undefined for sources. */
  lag: number | undefined;
}

/** How an app gets on. All of it goes on changing while the app says nothing. */
export interface Pace {
  ratePerSecond: number | undefined;
  /** Time since the last event. */
  quietMs: number | undefined;
  /** How long ago that was in Kafka which is settled now; 0 when everything is, undefined for sources. */
  behindMs: number | undefined;
}

export interface AppProgress {
  add(sample: Sample): void;
  pace(nowMs: number): Pace;
}

const shortestWindowMs = 10_000;
/** Twice as many moments are thinned out. */
const mostSamples = 300;

/**
 * Follows an app by what its metrics say now and then. Event times are no part of it: those of replayed events lie years back.
 *
 * @param gathersMs how long it gathers records on purpose, over which the rate is averaged
 */
export function appProgress(gathersMs = 0): AppProgress {
  const windowMs = Math.max(shortestWindowMs, gathersMs);
  let samples: Sample[] = [];
  /** From the newest moment whose records are all settled; the time behind is measured from there. */
  let open: Sample[] = [];
  let changedMs: number | undefined;

  return {
    add(sample) {
      const last = samples.at(-1);
      // A process that began anew counts from 0.
      if (last !== undefined && sample.events < last.events) [samples, open] = [[], []];
      if (sample.events > (samples.at(-1)?.events ?? 0)) changedMs = sample.atMs;
      samples = [...samples.filter(({ atMs }) => atMs >= sample.atMs - windowMs), sample];
      open.push(sample);
      const settled = open.findLastIndex(({ events, lag }) => sample.events - events >= (lag ?? 0));
      open = open.slice(Math.max(0, settled));
      if (open.length > 2 * mostSamples) open = open.filter((_, at) => at % 2 === 0);
    },
    pace(nowMs) {
      const [first, last, since] = [samples[0], samples.at(-1), open[0]];
      const ratePerSecond =
        first === undefined || last === undefined || first === last
          ? undefined
          : ((last.events - first.events) * 1000) / (Math.max(nowMs, last.atMs) - first.atMs);
      return {
        ratePerSecond,
        quietMs: changedMs === undefined ? undefined : Math.max(0, nowMs - changedMs),
        behindMs:
          last?.lag === undefined || since === undefined
            ? undefined
            : last.lag === 0
              ? 0
              : Math.max(0, nowMs - since.atMs),
      };
    },
  };
}
