// tweets: what people post on X about some keywords, to the Kafka topic `tweets`. It reads X's filtered stream with your own token,
// or files of tweets that you have.
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { tweet, tweetGap } from '@sluice/contracts';
import { runSource, sourceParts } from '@sluice/source';
import { runApp, type AppContext } from '@sluice/telemetry';
import { tweetsSettings, type TweetsConfig } from './config.ts';
import { logObserver } from './log-observer.ts';
import { replay } from './replay/replay.ts';
import { replayMetrics } from './replay/replay-metrics.ts';
import { tweets } from './tweets.ts';
import { applyRules } from './x/apply-rules.ts';
import { Clock } from './x/clock.ts';
import { streamRules } from './x/stream-rules.ts';
import { xApi } from './x/x-api.ts';

void runApp(
  {
    name: 'tweets',
    description: "publishes tweets from X's filtered stream, or from files, to Kafka",
    settings: tweetsSettings,
    rules: [
      ...kafkaRules,
      ...schemaRegistryRules,
      ({ X_BEARER_TOKEN, TWEETS_REPLAY }) =>
        X_BEARER_TOKEN === undefined && TWEETS_REPLAY === undefined
          ? 'X_BEARER_TOKEN is not set: set it to the bearer token of your X app (developer portal, Keys and tokens), or set TWEETS_REPLAY to a file of tweets; `npm start` without a token uses a simulator'
          : undefined,
      ({ X_API_URL }) => (X_API_URL.startsWith('https:') ? undefined : 'X_API_URL must begin with https://'),
    ],
    parts: sourceParts,
    run: (config, context) =>
      config.TWEETS_REPLAY === undefined
        ? runStream(config, context)
        : runReplay(config.TWEETS_REPLAY, config, context),
  },
  process.env,
);

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
  const source = tweets({
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
  // A name of its own: where the stream was must not be forgotten for a replay.
  return runSource({ source, contract: tweet, config, context: { ...context, app: 'tweets-replay' }, cursors: true });
}
