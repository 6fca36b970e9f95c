import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
export type LogFormat = 'json' | 'pretty' | 'auto';

/**
 * The log of one app: one JSON object a line, or for a person on a terminal (`auto`) aligned text.
 *
 * Never give it record contents above `debug`, nor secrets at any level.
 */
export function createLogger(options: {
  app: string;
  level: LogLevel;
  format: LogFormat;
  to: 'stdout' | 'stderr';
}): Logger {
  const { app, level, format, to } = options;
  const output = process[to];
  const base = { level, base: { app }, timestamp: pino.stdTimeFunctions.isoTime };
  if (format === 'json' || (format === 'auto' && !output.isTTY)) {
    return pino(
      { ...base, formatters: { level: (label) => ({ level: label }) } },
      pino.destination({ fd: output.fd, sync: true }),
    );
  }
  return pino(
    base,
    pretty({
      colorize: output.hasColors?.() ?? false,
      destination: output.fd,
      translateTime: 'SYS:HH:MM:ss',
      ignore: 'pid,hostname,app',
      sync: true,
    }),
  );
}
