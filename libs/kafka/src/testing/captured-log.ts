import { createLogger, type Logger } from '@sluice/telemetry';

/** One line as it would have been logged. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown>;
}

/** A logger for tests that keeps its lines, those of its children too, instead of writing them. */
export function capturedLog(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep =
    (level: LogLine['level']) =>
    (first: unknown, second?: unknown): void => {
      const fields = typeof first === 'object' && first !== null ? { ...first } : {};
      lines.push({ level, message: String(typeof first === 'string' ? first : second), fields });
    };
  const logger = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });
  Object.assign(logger, {
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
    child: () => logger,
  });
  return { logger, lines };
}
