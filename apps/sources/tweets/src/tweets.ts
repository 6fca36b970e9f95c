import { tweet, tweetGap } from '@sluice/contracts';
import { runSource } from '@sluice/source';
import type { AppContext } from '@sluice/telemetry';
import type { TweetsConfig } from './config.ts';
import { logObserver } from './log-observer.ts';
import { replay } from './replay/replay.ts';
import { replayMetrics } from './replay/replay-metrics.ts';
import { filteredStream } from './stream/filtered-stream.ts';
import { applyRules } from './x/apply-rules.ts';
import { Clock } from './x/clock.ts';
import { streamRules } from './x/stream-rules.ts';
import { xApi } from './x/x-api.ts';

/** Publishes tweets: of the files at `TWEETS_REPLAY`, to their end, or of X's filtered stream, until it is stopped. */
export const runTweets = (config: TweetsConfig, context: AppContext): Promise<void> =>
  config.TWEETS_REPLAY === undefined ? runStream(config, context) : runReplay(config.TWEETS_REPLAY, config, context);

const fastestAnswerMs = 2_000;

function runStream(config: TweetsConfig, context: AppContext): Promise<void> {
  const { X_CLOCK_SPEED: speed, SOURCE_INSTANCE: instance } = config;
  const api = xApi({
    url: config.X_API_URL,
    token: config.X_BEARER_TOKEN ?? '',
    caFile: config.X_CA_FILE,
    // Names and keys are looked up in real time, whatever the speed.
    answerMs: Math.max(fastestAnswerMs, config.X_SILENCE_MS / speed),
    silenceMs: config.X_SILENCE_MS / speed,
    logger: context.logger,
    health: context.health,
  });
  const wanted = {
    keywords: config.TWEETS_KEYWORDS,
    languages: config.TWEETS_LANGUAGES ?? [],
    reposts: config.TWEETS_RETWEETS,
    longest: config.X_RULE_LENGTH,
    most: config.X_RULES,
  };
  const source = filteredStream({
    name: instance === undefined ? context.app : `${context.app}.${instance}`,
    origin: config.X_API_URL,
    api,
    clock: new Clock(speed),
    wanted,
    backfillMinutes: config.X_BACKFILL_MINUTES,
    monthlyPosts: config.X_MONTHLY_POSTS,
    observer: logObserver(context, config.X_MONTHLY_POSTS),
    applyRules: (signal) => applyRules(api, streamRules(wanted), { logger: context.logger, signal }),
  });
  return runSource({ source, contract: tweet, beside: tweetGap, config, context, cursors: true });
}

function runReplay(path: string, config: TweetsConfig, context: AppContext): Promise<void> {
  const source = replay({
    path,
    speed: config.TWEETS_REPLAY_SPEED,
    keywords: config.TWEETS_KEYWORDS,
    observer: replayMetrics(context),
  });
  // Another name, and so another cursor: a replay must not overwrite the place in the stream.
  return runSource({ source, contract: tweet, config, context: { ...context, app: 'tweets-replay' }, cursors: true });
}
