import { settings, type Config, type Rule } from '@sluice/config';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sourceSettings } from '@sluice/source';

export const tweetsSettings = {
  X_BEARER_TOKEN: settings.optional(
    settings.text({ description: 'Bearer token of your X app; required unless TWEETS_REPLAY is set', secret: true }),
  ),
  TWEETS_KEYWORDS: settings.texts({
    description: 'What a tweet must have one of: words, hashtags or phrases',
    default: 'bts,news,game,data,아이돌,부동산',
  }),
  TWEETS_LANGUAGES: settings.optional(
    settings.texts({ description: "Only tweets in these languages, by X's codes", example: 'ko,ja,en' }),
  ),
  TWEETS_RETWEETS: settings.flag({ description: 'Whether retweets are read too', default: 'true' }),
  TWEETS_REPLAY: settings.optional(
    settings.text({
      description: 'A file or folder of tweets as JSON lines (also .gz, .bz2) to publish instead of reading the stream',
      example: '/data/tweets',
    }),
  ),
  TWEETS_REPLAY_SPEED: settings.integer({
    description: 'How many times faster than recorded a replay runs: 1 as recorded, 0 as fast as possible',
    default: '0',
    max: 1_000_000,
  }),
  X_MONTHLY_POSTS: settings.optional(
    settings.integer({
      description:
        'Most posts to read in a calendar month (UTC); reading stops a hundredth below, 1,000 at most. No limit unless set',
      example: '1000000',
      min: 100,
    }),
  ),
  X_BACKFILL_MINUTES: settings.integer({
    description:
      'Minutes that the stream delivers again after a gap, where the plan has backfill; 0 asks the recent search',
    default: '0',
    max: 5,
  }),
  X_RULES: settings.integer({
    description: 'Rules that the plan allows; with fewer than keywords, several share one',
    default: '25',
    min: 1,
    max: 1_000,
  }),
  X_RULE_LENGTH: settings.integer({
    description: 'Most characters of a rule and of a search that the plan allows',
    default: '512',
    min: 32,
    max: 4_096,
  }),
  X_API_URL: settings.httpUrl({ description: "X's API, https, with its version", default: 'https://api.x.com/2' }),
  X_CA_FILE: settings.optional(
    settings.text({
      description: 'Certificate authority of X_API_URL, PEM, for a simulator; read at each connection',
      example: '/run/x-simulator/certificate.pem',
    }),
  ),
  X_SILENCE_MS: settings.integer({
    description: 'A stream that is silent for longer is connected again; X sends a blank line every 20 s',
    default: '25000',
    min: 20_000,
    max: 600_000,
  }),
  X_CLOCK_SPEED: settings.integer({
    description: 'Divides all waits, for a simulator whose time runs faster',
    default: '1',
    min: 1,
    max: 10_000,
  }),
  ...sourceSettings,
};

export type TweetsConfig = Config<typeof tweetsSettings>;

/** What must hold between its settings. */
export const tweetsRules: readonly Rule<typeof tweetsSettings>[] = [
  ...kafkaRules,
  ...schemaRegistryRules,
  ({ X_BEARER_TOKEN, TWEETS_REPLAY }) =>
    X_BEARER_TOKEN === undefined && TWEETS_REPLAY === undefined
      ? 'X_BEARER_TOKEN is not set: set it to the bearer token of your X app (developer portal, Keys and tokens), or set TWEETS_REPLAY to a file of tweets; `npm start` without a token uses a simulator'
      : undefined,
  ({ X_API_URL }) => (X_API_URL.startsWith('https:') ? undefined : 'X_API_URL must begin with https://'),
];
