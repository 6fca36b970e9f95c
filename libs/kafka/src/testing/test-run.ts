import { createHealth, createMetrics, type AppContext, type Health } from '@sluice/telemetry';
import { capturedLog, type LogLine } from './captured-log.ts';

/** An app, or what it runs on, that runs in this process as `runApp` would run it. */
export interface TestRun {
  /** Rejects when it fails. A failure that is not awaited is not reported. */
  readonly done: Promise<void>;
  /** What it has logged. */
  readonly lines: LogLine[];
  readonly health: Health;
  /** The value of a metric, summed over its series. @param label of those only: `cause="timeout"` */
  metric(name: string, label?: string): Promise<number>;
  /** What SIGTERM does; settles as `done` does. */
  stop(): Promise<void>;
}

/**
 * @param options.app its name
 * @param options.parts what must be ready before it is
 */
export function testRun(options: {
  app: string;
  parts: readonly string[];
  run: (context: AppContext) => Promise<void>;
}): TestRun {
  const { app, parts, run } = options;
  const { logger, lines } = capturedLog();
  const [metrics, health, stop] = [createMetrics(app), createHealth(parts), new AbortController()];
  const done = run({ app, logger, metrics, health, signal: stop.signal });
  done.catch(() => {});
  return {
    done,
    lines,
    health,
    async metric(name, label = '') {
      const { text } = await metrics.expose();
      const values = text.matchAll(new RegExp(`^${name}\\{.*${label}.*\\} (\\S+)$`, 'gm'));
      return values.reduce((sum, [, value]) => sum + Number(value), 0);
    },
    stop() {
      stop.abort();
      return done;
    },
  };
}
