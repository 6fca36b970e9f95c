import { tweetsMetrics, type AppContext } from '@sluice/telemetry';
import type { ReplayObserver } from './replay.ts';

/** From one line about the progress to the next. */
const everyMs = 5_000;

/** How many of the skipped files are named. */
const mostNames = 5;

/** Tells in the log and by metrics how far a replay is. */
export function replayMetrics({ logger, metrics, health }: AppContext): ReplayObserver {
  const lines = metrics.counter(tweetsMetrics.replayedLines);
  const share = metrics.gauge(tweetsMetrics.replayed);
  const count = { tweets: 0, notices: 0, unreadable: 0 };
  let total = 0;
  let startedMs = 0;
  let toldMs = 0;
  let ratio = 0;
  const rate = () => Math.round((count.tweets * 1000) / Math.max(1, performance.now() - startedMs));
  /** With every line: at the recorded speed many seconds may pass between two reads from a file. */
  const log = () => {
    if (performance.now() - toldMs < everyMs) return;
    toldMs = performance.now();
    logger.info({ percent: Math.floor(ratio * 100), ...count, perSecond: rate() }, 'the replay is running');
  };

  return {
    begins(files, bytes) {
      [total, startedMs, toldMs] = [bytes, performance.now(), performance.now()];
      health.ready('origin');
      logger.info({ files, bytes }, 'the replay begins');
    },
    skips: (names) =>
      logger.warn(
        { files: names.length, names: names.slice(0, mostNames) },
        'the replay skips files in the folder: it reads those that end in .json, .jsonl, .ndjson or .txt, plain or with .gz or .bz2 behind; rename them, or give one by its path',
      ),
    tweet() {
      count.tweets++;
      lines.inc({ outcome: 'tweet' });
      log();
    },
    notice() {
      count.notices++;
      lines.inc({ outcome: 'notice' });
      log();
    },
    unreadable(where, reason) {
      count.unreadable++;
      lines.inc({ outcome: 'unreadable' });
      // One is logged: a folder of other files must not flood the log.
      if (count.unreadable === 1)
        logger.warn({ where, reason }, 'a line is no tweet: it goes to the dead letters, like others that are none');
      log();
    },
    progress(bytes) {
      ratio = total === 0 ? 1 : bytes / total;
      share.set(ratio);
      log();
    },
    ends() {
      share.set(1);
      logger.info({ ...count, perSecond: rate() }, 'the replay has read everything');
    },
    alreadyEnded: () =>
      logger.info(
        'everything there had been published before: set SOURCE_INSTANCE to another name to publish it again',
      ),
  };
}
