import type { Latency } from '../latency.ts';
import { requestCount } from './request-count.ts';

/** What a program under a steady rate says at the end. */
export interface RateReport {
  records: number;
  requestsPerSecond: number;
  /** From publication to the destination's acknowledgement; null where nothing came. */
  latencyMs: Latency | null;
}

/** Measures within a program, between two signals of the one who runs it. */
export interface RateMeter {
  /** A record was acknowledged by the destination. */
  acknowledged(publishedMs: number): void;
}

/**
 * SIGUSR2 begins the measurement, and the next one ends it: the report is printed as a line of JSON and the process exits.
 */
export function rateMeter(): RateMeter {
  let begun: { atMs: number; requests: number } | undefined;
  const latencies: number[] = [];
  process.on('SIGUSR2', () => {
    if (begun === undefined) {
      begun = { atMs: performance.now(), requests: requestCount() };
      latencies.length = 0;
      return;
    }
    const seconds = (performance.now() - begun.atMs) / 1000;
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] as number;
    const report: RateReport = {
      records: sorted.length,
      requestsPerSecond: (requestCount() - begun.requests) / seconds,
      latencyMs: sorted.length === 0 ? null : { p50: at(0.5), p99: at(0.99) },
    };
    process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
  });
  process.stdout.write('{"ready":true}\n');
  return { acknowledged: (publishedMs) => void latencies.push(Date.now() - publishedMs) };
}
