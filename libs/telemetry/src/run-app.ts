import { ConfigError, describeSettings, loadConfig, type Config, type Rule, type Settings } from '@sluice/config';
import { coded } from './errors/error-codes.ts';
import { FatalError } from './errors/fatal-error.ts';
import { describeError } from './log/describe-error.ts';
import { appMetrics } from './catalogue/metric-definitions.ts';
import { createHealth, type Health } from './server/health.ts';
import { healthMetrics } from './server/health-metrics.ts';
import { createLogger, type Logger } from './log/logger.ts';
import { createMetrics, type Metrics } from './server/metrics.ts';
import { createTaps, type Taps } from './server/taps.ts';
import { serveTelemetry, type TelemetryServer } from './server/telemetry-server.ts';
import { telemetrySettings } from './server/telemetry-settings.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What every app is given to run with. */
export interface AppContext {
  app: string;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  /** Shows what becomes of single records. Undefined where the settings do not allow it. */
  taps?: Taps | undefined;
  /** Makes spans of batches. Undefined where the settings do not ask for traces. */
  tracing?: Tracing | undefined;
  /** Aborted by SIGINT or SIGTERM: commit or abandon within the grace, then return. */
  signal: AbortSignal;
}

/** An app: its name, its settings, what must be ready, and what it does until it is stopped. */
export interface App<S extends Settings> {
  /** The project's name. It is also the consumer group of a sink or processor. */
  name: string;
  /** One sentence for `--help`. */
  description: string;
  settings: S;
  rules?: readonly Rule<S & typeof telemetrySettings>[];
  /** Where the log goes: standard error for an app whose output is standard output. */
  logTo?: 'stdout' | 'stderr';
  /** The parts that must report ready before `/ready` answers 200. */
  parts: readonly string[];
  run(config: Config<S & typeof telemetrySettings>, context: AppContext): Promise<void>;
}

/** A run that does not return so long after a signal is ended. Longer than any grace that an app may configure. */
const shutdownLimitMs = 60_000;

type AppConfig<S extends Settings> = Config<S & typeof telemetrySettings>;

/**
 * Runs an app as this process: reads its settings, starts log, metrics and health, runs it, and exits with 0 when it returns,
 * 1 when it fails, 2 when a setting is wrong. Called once, by an app's `main.ts`.
 *
 * With `--tied` the app also stops when its standard input ends, so that a launcher that is killed takes it along.
 */
export async function runApp<const S extends Settings>(app: App<S>, environment: NodeJS.ProcessEnv): Promise<never> {
  const isTied = readArguments(app);
  const config = readSettings(app, environment);
  const metrics = createMetrics(app.name);
  const logger = appLogger(app, config, metrics);
  const fail = failWith(logger);
  // What no caller has caught: without this, Node writes a stack in a form of its own, and not to the log.
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const health = createHealth(app.parts);
  healthMetrics(metrics, health);
  const taps = config.TELEMETRY_TAP ? createTaps() : undefined;
  const telemetry = await serve(app, config, { health, metrics, taps });
  logger.info({ telemetry: telemetry.url }, 'started');
  const signal = stopSignal(logger, isTied);
  try {
    const tracing = await openTracing(app.name, config, logger);
    await app.run(config, { app: app.name, logger, metrics, health, taps, tracing, signal });
    await tracing?.close();
    logger.info('stopped');
    await telemetry.close();
    process.exit(0);
  } catch (error) {
    return fail(error);
  }
}

/** Answers `--help` and refuses unknown arguments, which both end the process. @returns whether the app is tied to standard input */
function readArguments<S extends Settings>(app: App<S>): boolean {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help(app, { ...app.settings, ...telemetrySettings }));
    process.exit(0);
  }
  const unknown = args.find((arg) => arg !== '--tied');
  if (unknown !== undefined)
    exitWith(
      `${app.name} has no argument ${JSON.stringify(unknown)}: its settings are environment variables, see --help`,
    );
  return args.includes('--tied');
}

function readSettings<S extends Settings>(app: App<S>, environment: NodeJS.ProcessEnv): AppConfig<S> {
  try {
    const settings = { ...app.settings, ...telemetrySettings };
    return loadConfig<S & typeof telemetrySettings>(app.name, settings, environment, app.rules);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return exitWith(`${error.message}\nMore: ${coded(error.code).runbook}`);
  }
}

/** Ends the process for a user's mistake. */
function exitWith(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function appLogger<S extends Settings>(
  app: App<S>,
  config: Config<typeof telemetrySettings>,
  metrics: Metrics,
): Logger {
  const dropped = metrics.counter(appMetrics.droppedLines);
  return createLogger({
    app: app.name,
    level: config.LOG_LEVEL,
    format: config.LOG_FORMAT,
    to: app.logTo ?? 'stdout',
    onDropped: () => dropped.inc(),
  });
}

/** Logs the error as the last line and ends the process. Only a defect keeps its stack: a `FatalError` is a sentence for the user. */
const failWith =
  (logger: Logger) =>
  (error: unknown): never => {
    const sentence = `cannot continue: ${describeError(error)}`;
    if (error instanceof FatalError) logger.fatal(error.code === undefined ? {} : coded(error.code), sentence);
    else logger.fatal({ err: error, ...coded('bug') }, sentence);
    process.exit(1);
  };

/** OpenTelemetry's packages are loaded only where they are wanted: they take memory, and time at the start. */
async function openTracing(
  app: string,
  { OTEL_TRACES_EXPORTER: exporter, OTEL_SDK_DISABLED: isDisabled }: Config<typeof telemetrySettings>,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (exporter === 'none' || isDisabled) return undefined;
  const { openTelemetry } = await import('./tracing/open-telemetry.ts');
  return openTelemetry(app, logger);
}

async function serve<S extends Settings>(
  app: App<S>,
  { TELEMETRY_HOST: host, TELEMETRY_PORT: port }: Config<typeof telemetrySettings>,
  served: { health: Health; metrics: Metrics; taps: Taps | undefined },
): Promise<TelemetryServer> {
  try {
    return await serveTelemetry({ host, port, ...served });
  } catch (error) {
    return exitWith(
      `${app.name} cannot serve its health on TELEMETRY_HOST ${host}, TELEMETRY_PORT ${port}: ${describeError(error)}. ` +
        'Set another port, or 0 for a free one.',
    );
  }
}

/** Aborted by the first SIGINT or SIGTERM, and where tied by the end of standard input. The process ends if it then does not stop in time. */
function stopSignal(logger: Logger, isTied: boolean): AbortSignal {
  const stop = new AbortController();
  const shutDown = (reason: string) => {
    // A signal often comes twice, from the terminal and from a launcher that passes it on.
    if (stop.signal.aborted) return;
    logger.info({ reason }, 'stopping');
    stop.abort();
    setTimeout(() => {
      logger.fatal(
        { afterMs: shutdownLimitMs },
        'did not stop in time; what was not settled comes again at the next start',
      );
      process.exit(1);
    }, shutdownLimitMs).unref();
  };
  process.on('SIGINT', () => shutDown('SIGINT'));
  process.on('SIGTERM', () => shutDown('SIGTERM'));
  if (isTied) process.stdin.resume().on('end', () => shutDown('standard input ended'));
  return stop.signal;
}

function help<S extends Settings>(app: App<S>, settings: Settings): string {
  const rows = describeSettings(settings).map(({ name, description, default: fallback, required, example }) => {
    const presence = fallback !== undefined ? `default ${fallback}` : required ? 'required' : 'optional';
    return `  ${name}\n      ${description} (${presence}${example === undefined ? '' : `, such as ${example}`})`;
  });
  return `${app.name}: ${app.description}\n\nusage: ${app.name} [--tied] [--help]\n\n  --tied\n      stop when standard input ends\n\nSettings are environment variables:\n\n${rows.join('\n')}\n`;
}
