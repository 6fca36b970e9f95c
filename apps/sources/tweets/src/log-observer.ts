import { coded, type AppContext, type Metrics } from '@sluice/telemetry';
import type { StreamObserver } from './stream/observer.ts';

/** Reports what happens in the app's log, metrics and health. @param budget the posts that may be read in a month */
export function logObserver({ logger, metrics, health }: AppContext, budget: number | undefined): StreamObserver {
  const { connected, connects, duplicates, unreadable, gaps, gapSeconds, recovered, posts, left } = streamMetrics(
    metrics,
    budget !== undefined,
  );
  /** The reason that was logged last: the same reason is not logged again before another, or a connection. */
  let lastReason: string | undefined;

  return {
    connected() {
      lastReason = undefined;
      connects.inc({ outcome: 'connected' });
      connected.set(1);
      health.ready('origin');
      logger.info('the stream is connected');
    },
    notConnected(reason, waitMs) {
      connects.inc({ outcome: 'failed' });
      health.notReady('origin', reason);
      if (reason !== lastReason)
        logger.warn({ reason, waitMs: Math.round(waitMs) }, 'X does not serve the stream; trying again after a wait');
      lastReason = reason;
    },
    lost(reason) {
      connected.set(0);
      health.notReady('origin', reason);
      logger.warn({ reason }, 'the stream broke off; connecting again');
    },
    notice: (text) => logger.info({ notice: text }, 'received a control message from X'),
    duplicate: () => duplicates.inc(),
    unreadable(reason) {
      unreadable.inc();
      logger.warn({ reason }, 'X delivered something that is not a tweet; it goes to the dead letters');
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
      if (gap.complete) logger.info(entry, 'a gap in the stream is closed: all missed tweets were requested again');
      else
        logger.warn(
          { ...entry, problem: gap.problem, ...coded('gap-in-stream') },
          'a gap in the stream remains: tweets are missing',
        );
    },
    metered(read, rest) {
      posts.set(read);
      left?.set(rest);
    },
    budgetUsedUp(untilMs) {
      health.notReady('origin', 'the budget of posts is used up');
      logger.error(
        { until: new Date(untilMs).toISOString(), ...coded('budget-used-up') },
        "this month's budget of posts is used up: reading continues next month; raise X_MONTHLY_POSTS to continue now",
      );
    },
  };
}

const streamMetrics = (metrics: Metrics, hasBudget: boolean) => ({
  connected: metrics.gauge({ name: 'tweets_connected_streams', help: 'Whether the stream is connected' }),
  connects: metrics.counter({
    name: 'tweets_connects_total',
    help: 'Tries to connect to the stream',
    labelNames: ['outcome'],
  }),
  duplicates: metrics.counter({ name: 'tweets_duplicates_total', help: 'Tweets that were delivered again' }),
  unreadable: metrics.counter({ name: 'tweets_unreadable_total', help: 'Lines and posts that are not tweets' }),
  gaps: metrics.counter({
    name: 'tweets_gaps_total',
    help: 'Gaps in the stream',
    labelNames: ['reason', 'complete'],
  }),
  gapSeconds: metrics.counter({
    name: 'tweets_gap_seconds_total',
    help: 'Time for which the stream was not read',
  }),
  recovered: metrics.counter({
    name: 'tweets_recovered_total',
    help: 'Tweets that were missed and recovered afterwards',
    labelNames: ['by'],
  }),
  posts: metrics.gauge({ name: 'tweets_month_posts', help: 'Posts that X has delivered this month (UTC)' }),
  left: hasBudget
    ? metrics.gauge({ name: 'tweets_month_posts_left', help: 'Posts that may still be read this month' })
    : undefined,
});
