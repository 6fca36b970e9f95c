// A source with cursors at a steady rate: one event at a time, each with a cursor. Arguments: the measurement's name, events a second.
import { loadConfig } from '@sluice/config';
import { runSource, sourceSettings, type Source } from '@sluice/source';
import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import type { BenchTweet } from '../bench-tweet.ts';
import { randomTweets } from '../random-tweet.ts';
import { rateMeter } from '../rates/rate-report.ts';
import { countRequests } from '../rates/request-count.ts';
import { rateTopics } from '../rates/topics.ts';

countRequests();
const [run = '', rate = '0'] = process.argv.slice(2);
const perSecond = Number(rate);
const { published: contract } = rateTopics(run);
const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
const config = loadConfig('source', sourceSettings, process.env);
// Made beforehand: how quickly the bench makes them up is not measured.
const tweet = randomTweets(11);
const tweets = Array.from({ length: 1000 }, (_, index) => tweet(index, new Date(0)));
const meter = rateMeter();
// As the events that the sinks get.
const everyMs = 100;

/** Nothing ends it: what listens for the end of a wait would be measured too. */
const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

const source: Source<BenchTweet> = {
  async *read({ signal, cursor }) {
    let next = cursor === undefined ? 0 : Number(cursor) + 1;
    const [startedMs, first] = [performance.now(), next];
    while (!signal.aborted) {
      const due = first + Math.floor(((performance.now() - startedMs) / 1000) * perSecond);
      for (; next < due; next++) {
        const readMs = Date.now();
        const value = {
          ...(tweets[next % tweets.length] as BenchTweet),
          id: String(next),
          created_at: new Date(readMs),
        };
        yield { value, cursor: String(next), acknowledge: () => meter.acknowledged(readMs) };
      }
      // A source that has nothing to read waits for its origin, and not on a timer.
      await wait(perSecond === 0 ? 1_000_000 : everyMs);
    }
  },
};
const { signal } = new AbortController();
const context = {
  app: `bench-source-${run}`,
  logger,
  metrics: createMetrics('bench'),
  health: createHealth([]),
  signal,
};
await runSource({ source, contract, config, context, cursors: true });
