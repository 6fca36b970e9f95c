import { createLogger, type LogFormat } from '../log/logger.ts';

// Writes the log lines that the logger's tests read: `log-lines.ts <format> <stdout|stderr>`.
const [format, to] = process.argv.slice(2);
const logger = createLogger({
  app: 'tiny',
  level: 'info',
  format: format as LogFormat,
  to: to === 'stderr' ? 'stderr' : 'stdout',
});
logger.debug('too quiet');
logger.info({ records: 3, topic: 'tweets' }, 'delivered');
logger.error({ err: new Error('no wine') }, 'failed');
