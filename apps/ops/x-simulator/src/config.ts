import { settings, type Config } from '@sluice/config';

// Not X_SIMULATOR_…: that would be under the prefix of the settings of those who speak to X.
export const simulatorSettings = {
  SIMULATOR_PORT: settings.integer({
    description: 'The port of the API, https; 0 takes a free one and logs it',
    default: '0',
    max: 65_535,
  }),
  SIMULATOR_CERTIFICATE_FILE: settings.text({
    description: "Where its certificate is written, PEM: what a client's X_CA_FILE names",
    default: 'x-simulator.pem',
  }),
  SIMULATOR_TOKEN: settings.text({ description: 'The bearer token that it takes', default: 'synthetic' }),
  SIMULATOR_SEED: settings.integer({
    description: 'The same seed makes the same tweets',
    default: '1',
    max: 4_294_967_295,
  }),
  SIMULATOR_TWEETS_PER_SECOND: settings.integer({
    description: 'Tweets in a second of its time, those that match no rule too',
    default: '5',
    min: 1,
    max: 10_000,
  }),
  SIMULATOR_CLOCK_SPEED: settings.integer({
    description: 'How many times faster than life its time runs: with 60 a minute takes a second',
    default: '1',
    min: 1,
    max: 10_000,
  }),
  SIMULATOR_BEHIND_SECONDS: settings.integer({
    description: 'How far its time is behind at the start; at a higher speed it should not overtake the real time',
    default: '0',
    max: 604_800,
  }),
  SIMULATOR_BACKFILL: settings.flag({ description: 'Whether it has backfill, as larger plans do', default: 'false' }),
  SIMULATOR_RULES: settings.integer({ description: 'Most rules', default: '25', min: 1, max: 1_000 }),
  SIMULATOR_RULE_LENGTH: settings.integer({
    description: 'Most characters of a rule',
    default: '512',
    min: 32,
    max: 4_096,
  }),
  SIMULATOR_WRITE: settings.optional(
    settings.text({
      description: 'A folder into which files of tweets are written, to replay, instead of serving the API',
      example: '/tmp/tweets',
    }),
  ),
  SIMULATOR_WRITE_TWEETS: settings.integer({
    description: 'How many tweets are written there',
    default: '100000',
    min: 1,
    max: 100_000_000,
  }),
};

export type SimulatorConfig = Config<typeof simulatorSettings>;
