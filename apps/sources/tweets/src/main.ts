// tweets: what people post on X about some keywords, to the Kafka topic `tweets`. It reads X's filtered stream with your own token,
// or files of tweets that you have.
import { sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { tweetsRules, tweetsSettings } from './config.ts';
import { runTweets } from './tweets.ts';

void runApp(
  {
    name: 'tweets',
    description: "publishes tweets from X's filtered stream, or from files, to Kafka",
    settings: tweetsSettings,
    rules: tweetsRules,
    parts: sourceParts,
    run: runTweets,
  },
  process.env,
);
