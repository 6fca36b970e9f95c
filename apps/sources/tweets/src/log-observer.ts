import type { AppContext } from '@sluice/telemetry';
import type { StreamObserver } from './stream/observer.ts';

/** Puts what happens into the app's log, metrics and health. */
export function logObserver({ logger, metrics, health }: AppContext, budget: number | undefined): StreamObserver {
  const connected = metrics.gauge({ name: 'tweets_connected_streams', help: 'Whether the stream is connected' });
  const connects = metrics.counter({
    name: 'tweets_connects_total',
    help: 'Tries to connect to the stream',
    labelNames: ['outcome'],
  });
  const duplicates = metrics.counter({ name: 'tweets_duplicates_total', help: 'Tweets that were delivered again' });
  const unreadable = metrics.counter({ name: 'tweets_unreadable_total', help: 'Lines and posts that are no tweets' });
  const gaps = metrics.counter({
    name: 'tweets_gaps_total',
    help: 'Gaps in the stream',
    labelNames: ['reason', 'complete'],
  });
  const gapSeconds = metrics.counter({
    name: 'tweets_gap_seconds_total',
    help: 'Time for which the stream was not read',
  });
  const recovered = metrics.counter({
    name: 'tweets_recovered_total',
    help: 'Tweets that were missed and had afterwards',
    labelNames: ['by'],
  });
  const posts = metrics.gauge({ name: 'tweets_month_posts', help: 'Posts that X has delivered this month (UTC)' });
  const left =
    budget === undefined
      ? undefined
      : metrics.gauge({ name: 'tweets_month_posts_left', help: 'Posts that may still be read this month' });

  /** Why X does not serve the stream, as it was told last: a reason is told once, and again when another was between. */
  let told: string | undefined;

  return {
    connected() {
      told = undefined;
      connects.inc({ outcome: 'connected' });
      connected.set(1);
      health.ready('origin');
      logger.info('the stream is connected');
    },
    notConnected(reason, waitMs) {
      connects.inc({ outcome: 'failed' });
      health.notReady('origin', reason);
      if (reason !== told)
        logger.warn({ reason, waitMs: Math.round(waitMs) }, 'X does not serve the stream; trying again after a wait');
      told = reason;
    },
    lost(reason) {
      connected.set(0);
      health.notReady('origin', reason);
      logger.warn({ reason }, 'the stream broke off; connecting again');
    },
    notice: (text) => logger.info({ notice: text }, 'X says something besides tweets'),
    duplicate: () => duplicates.inc(),
    unreadable(reason) {
      unreadable.inc();
      logger.warn({ reason }, 'X delivered what is no tweet: it goes to the dead letters');
    },
    gapClosed(gap) {
      gaps.inc({ reason: gap.reason.toLowerCase(), complete: String(gap.complete) });
      gapSeconds.inc(gap.duration_ms / 1000);
      if (gap.recovered_by !== 'NONE') recovered.inc({ by: gap.recovered_by.toLowerCase() }, gap.recovered_count);
      const entry = {
        reason: gap.reason.toLowerCase(),
        from: gap.from.toISOString(),
        to: gap.to.toISOString(),
        recovered: gap.recovered_count,
        by: gap.recovered_by.toLowerCase(),
      };
      if (gap.complete) logger.info(entry, 'a gap in the stream is closed: everything was asked for again');
      else logger.warn({ ...entry, problem: gap.problem }, 'a gap in the stream remains: tweets are missing');
    },
    metered(read, rest) {
      posts.set(read);
      left?.set(rest);
    },
    budgetUsedUp(untilMs) {
      health.notReady('origin', 'the budget of posts is used up');
      logger.error(
        { until: new Date(untilMs).toISOString() },
        "this month's budget of posts is used up: reading goes on next month; raise X_MONTHLY_POSTS to go on now",
      );
    },
  };
}
