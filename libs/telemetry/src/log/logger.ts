import pino, { type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { logOutput, type LogOutput } from './log-output.ts';

export type { Logger } from 'pino';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
export type LogFormat = 'json' | 'pretty' | 'auto';

/**
 * The log of one app: one JSON object a line, or for a person on a terminal (`auto`) aligned text. A line that cannot be written is
 * dropped; the first that can be says how many were.
 *
 * Never give it record contents above `debug`, nor secrets at any level.
 *
 * @param options.onDropped called for each line that is dropped
 */
export function createLogger(options: {
  app: string;
  level: LogLevel;
  format: LogFormat;
  to: 'stdout' | 'stderr';
  onDropped?: () => void;
}): Logger {
  const { app, level, format, to, onDropped = () => {} } = options;
  const output = process[to];
  const base = { level, base: { app }, timestamp: pino.stdTimeFunctions.isoTime };
  const lines = logOutput(output.fd, {
    dropped: onDropped,
    recovered: (count, reason) =>
      logger.warn({ lines: count, reason }, 'the log could not be written for a while; lines are missing'),
  });
  const logger: Logger =
    format === 'json' || (format === 'auto' && !output.isTTY)
      ? pino({ ...base, formatters: { level: (label) => ({ level: label }) } }, lines)
      : pino(base, prettyLines(lines, output));
  return logger;
}

function prettyLines(lines: LogOutput, output: NodeJS.WriteStream): LogOutput {
  const pretty = prettyFactory({
    colorize: output.hasColors?.() ?? false,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,app',
  });
  return { write: (line) => lines.write(pretty(line)) };
}
