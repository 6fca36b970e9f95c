import { describeError, type AppContext } from '@sluice/telemetry';
import type { TailNotice } from './tail/tail-state.ts';

/** Logs and counts what the tail notices. */
export function notices({ logger, metrics }: Pick<AppContext, 'logger' | 'metrics'>): (notice: TailNotice) => void {
  const replaced = metrics.counter({
    name: 'video_events_replaced_files_total',
    help: 'Files that were found emptied or cut short',
  });
  const unreadable = metrics.counter({
    name: 'video_events_unreadable_files_total',
    help: 'Files that could not be read, or whose compression is broken off or damaged',
  });
  const waiting = metrics.gauge({
    name: 'video_events_waiting_files_count',
    help: 'Files that are not read as there are more than VIDEO_EVENTS_MAX_FILES',
  });
  const unmatched = metrics.gauge({
    name: 'video_events_unmatched_patterns_count',
    help: 'Patterns of VIDEO_EVENTS_FILES that match no file',
  });
  return (notice) => {
    switch (notice.kind) {
      case 'replaced':
        replaced.inc();
        logger.info({ file: notice.path }, 'a file was emptied or cut short; what it has now is read as another log');
        break;
      case 'broken':
        unreadable.inc();
        logger.warn(
          { file: notice.path },
          'a compressed file is broken off or damaged; it was read to there, and is read again when it changes',
        );
        break;
      case 'unreadable':
        unreadable.inc();
        logger.warn(
          { file: notice.path, reason: describeError(notice.error) },
          'a file cannot be read; it is tried again at every look',
        );
        break;
      case 'waiting':
        waiting.set(notice.files);
        if (notice.files === 0) logger.info('all files are read again');
        else logger.warn({ files: notice.files }, 'files wait for others to go; raise VIDEO_EVENTS_MAX_FILES');
        break;
      case 'unmatched':
        unmatched.set(notice.patterns.length);
        if (notice.patterns.length === 0) logger.info('every pattern of VIDEO_EVENTS_FILES matches files now');
        else
          logger.warn(
            { patterns: notice.patterns },
            'patterns of VIDEO_EVENTS_FILES match no file that can be seen; files that appear are read',
          );
    }
  };
}
