/** An app's metrics at one time. */
interface Sample {
  atMs: number;
  /** How many events it has published, or how many records it has committed. */
  events: number;
  /** How many records it had not committed; undefined for sources. */
  lag: number | undefined;
}

/** The pace of an app. All of it keeps changing while the app does not answer. */
export interface Pace {
  ratePerSecond: number | undefined;
  /** Time since the last event. */
  quietMs: number | undefined;
  /** How long ago the newest committed record was published; 0 when all are committed, undefined for sources. */
  behindMs: number | undefined;
}

export interface AppProgress {
  add(sample: Sample): void;
  pace(nowMs: number): Pace;
}

const shortestWindowMs = 10_000;
/** Beyond twice as many, every second one is dropped. */
const mostSamples = 300;

/**
 * Computes an app's pace from samples of its metrics. It does not use event times: those of replayed events are years old.
 *
 * @param gathersMs how long the app collects records on purpose; the rate is averaged over it
 */
export function appProgress(gathersMs = 0): AppProgress {
  const windowMs = Math.max(shortestWindowMs, gathersMs);
  let samples: Sample[] = [];
  /** Samples from the newest one whose records are all committed now. `behindMs` is measured from it. */
  let uncommitted: Sample[] = [];
  let changedMs: number | undefined;

  return {
    add(sample) {
      const last = samples.at(-1);
      // A restarted process counts from 0.
      if (last !== undefined && sample.events < last.events) [samples, uncommitted] = [[], []];
      if (sample.events > (samples.at(-1)?.events ?? 0)) changedMs = sample.atMs;
      samples = [...samples.filter(({ atMs }) => atMs >= sample.atMs - windowMs), sample];
      uncommitted.push(sample);
      const committed = uncommitted.findLastIndex(({ events, lag }) => sample.events - events >= (lag ?? 0));
      uncommitted = uncommitted.slice(Math.max(0, committed));
      if (uncommitted.length > 2 * mostSamples) uncommitted = uncommitted.filter((_, at) => at % 2 === 0);
    },
    pace(nowMs) {
      const [first, last, since] = [samples[0], samples.at(-1), uncommitted[0]];
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
