import { describeError, videoEventsMetrics, type AppContext } from '@sluice/telemetry';
import type { TailNotice } from './tail/tail-state.ts';

/** Reports in the log and the metrics what the tail notices. */
export function notices({ logger, metrics }: Pick<AppContext, 'logger' | 'metrics'>): (notice: TailNotice) => void {
  const replaced = metrics.counter(videoEventsMetrics.replaced);
  const unreadable = metrics.counter(videoEventsMetrics.unreadable);
  const waiting = metrics.gauge(videoEventsMetrics.waiting);
  const unmatched = metrics.gauge(videoEventsMetrics.unmatched);
  return (notice) => {
    switch (notice.kind) {
      case 'replaced':
        replaced.inc();
        logger.info({ file: notice.path }, 'a file was emptied or cut short; its new contents are read as another log');
        break;
      case 'broken':
        unreadable.inc();
        logger.warn(
          { file: notice.path },
          'a compressed file is incomplete or damaged; it was read up to there, and is read again when it changes',
        );
        break;
      case 'unreadable':
        unreadable.inc();
        logger.warn(
          { file: notice.path, reason: describeError(notice.error) },
          'a file cannot be read; trying again at each refresh',
        );
        break;
      case 'waiting':
        waiting.set(notice.files);
        if (notice.files === 0) logger.info('all files are read again');
        else logger.warn({ files: notice.files }, 'files are not read because of VIDEO_EVENTS_MAX_FILES; raise it');
        break;
      case 'unmatched':
        unmatched.set(notice.patterns.length);
        if (notice.patterns.length === 0) logger.info('every pattern of VIDEO_EVENTS_FILES matches files');
        else
          logger.warn(
            { patterns: notice.patterns },
            'patterns of VIDEO_EVENTS_FILES match no readable file; files that appear later are read',
          );
    }
  };
}
