import { ConfigError, describeSettings, loadConfig, type Config, type Rule, type Settings } from '@sluice/config';
import { CannotGoOn } from './cannot-go-on.ts';
import { describeError } from './log/describe-error.ts';
import { createHealth, type Health } from './server/health.ts';
import { createLogger, type Logger } from './log/logger.ts';
import { createMetrics, type Metrics } from './server/metrics.ts';
import { serveTelemetry } from './server/telemetry-server.ts';
import { telemetrySettings } from './server/telemetry-settings.ts';

/** What every app is given to run with. */
export interface AppContext {
  app: string;
  logger: Logger;
  metrics: Metrics;
  health: Health;
  /** Aborted by SIGINT or SIGTERM: settle or abandon within the grace, then return. */
  signal: AbortSignal;
}

/** One app: its name, its settings, what must be ready, and what it does until it is told to stop. */
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

/** A run that does not return so long after a signal is ended. Longer than any grace an app may configure. */
const shutdownLimitMs = 60_000;

/**
 * Runs an app as this process: reads its settings, starts log, metrics and health, runs it, and exits with 0 when it returns,
 * 1 when it fails, 2 when a setting is wrong. Called once, by an app's `main.ts`.
 *
 * With `--tied` the app also stops when its standard input ends, so that a launcher that is killed takes it along.
 */
export async function runApp<const S extends Settings>(app: App<S>, environment: NodeJS.ProcessEnv): Promise<never> {
  const args = process.argv.slice(2);
  const allSettings = { ...app.settings, ...telemetrySettings };
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help(app, allSettings));
    process.exit(0);
  }
  const unknown = args.find((arg) => arg !== '--tied');
  if (unknown !== undefined) {
    process.stderr.write(
      `${app.name} has no argument ${JSON.stringify(unknown)}: its settings are environment variables, see --help\n`,
    );
    process.exit(2);
  }

  let config: Config<S & typeof telemetrySettings>;
  try {
    config = loadConfig<S & typeof telemetrySettings>(app.name, allSettings, environment, app.rules);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }

  const { LOG_LEVEL, LOG_FORMAT, TELEMETRY_HOST, TELEMETRY_PORT } = config as Config<typeof telemetrySettings>;
  const metrics = createMetrics(app.name);
  const dropped = metrics.counter({
    name: 'log_lines_dropped_total',
    help: 'Log lines that could not be written: the disk is full, or the reader is gone or too slow',
  });
  const logger = createLogger({
    app: app.name,
    level: LOG_LEVEL,
    format: LOG_FORMAT,
    to: app.logTo ?? 'stdout',
    onDropped: () => dropped.inc(),
  });
  const fail = (error: unknown): never => {
    const sentence = `cannot go on: ${describeError(error)}`;
    // A defect keeps its stack: this is not a user's mistake.
    if (error instanceof CannotGoOn) logger.fatal(sentence);
    else logger.fatal({ err: error }, sentence);
    process.exit(1);
  };
  // What no caller has caught: without this, Node writes a stack in a form of its own, and not to the log.
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const health = createHealth(app.parts);
  const stop = new AbortController();
  const telemetry = await serveTelemetry({ host: TELEMETRY_HOST, port: TELEMETRY_PORT, health, metrics }).catch(
    (error) => {
      process.stderr.write(
        `${app.name} cannot serve its health on TELEMETRY_HOST ${TELEMETRY_HOST}, TELEMETRY_PORT ${TELEMETRY_PORT}: ${describeError(error)}. ` +
          'Set another port, or 0 for a free one.\n',
      );
      process.exit(2);
    },
  );
  logger.info({ telemetry: telemetry.url }, 'started');

  const shutDown = (reason: string) => {
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
  // A signal often comes twice, from the terminal and from a launcher that hands it on: the second changes nothing.
  process.on('SIGINT', () => shutDown('SIGINT'));
  process.on('SIGTERM', () => shutDown('SIGTERM'));
  if (args.includes('--tied')) process.stdin.resume().on('end', () => shutDown('standard input ended'));

  try {
    await app.run(config, { app: app.name, logger, metrics, health, signal: stop.signal });
    logger.info('stopped');
    await telemetry.close();
    process.exit(0);
  } catch (error) {
    return fail(error);
  }
}

function help<S extends Settings>(app: App<S>, settings: Settings): string {
  const rows = describeSettings(settings).map(({ name, description, default: fallback, required, example }) => {
    const presence = fallback !== undefined ? `default ${fallback}` : required ? 'required' : 'optional';
    return `  ${name}\n      ${description} (${presence}${example === undefined ? '' : `, such as ${example}`})`;
  });
  return `${app.name}: ${app.description}\n\nusage: ${app.name} [--tied] [--help]\n\n  --tied\n      stop when standard input ends\n\nSettings are environment variables:\n\n${rows.join('\n')}\n`;
}
