import { setTimeout as delay } from 'node:timers/promises';
import { latencyTweets } from './bench-tweet.ts';
import { runProgram } from './cases.ts';
import { tweetPublisher } from './publish.ts';
import { randomTweets } from './random-tweet.ts';

export interface Latency {
  p50: number;
  p99: number;
}

/** Milliseconds from an event to Elasticsearch's acknowledgement of its document, at a steady rate. */
export async function measureLatency(
  programs: string,
  environment: Readonly<Record<string, string>>,
  perSecond: number,
  seconds: number,
): Promise<Latency> {
  const total = perSecond * seconds;
  const publisher = await tweetPublisher(environment, latencyTweets);
  const result = runProgram<Latency>(programs, 'sluice', ['latency', String(total)], {
    ...environment,
    SINK_GROUP: `bench-latency-${Date.now()}`,
  });
  const tweet = randomTweets(7);
  const startedMs = performance.now();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startedMs) / 1000) * perSecond));
    if (due > sent) {
      const first = sent;
      await publisher.publish(Array.from({ length: due - sent }, (_, index) => tweet(first + index, new Date())));
      sent = due;
    }
    await delay(5);
  }
  await publisher.close();
  return result;
}
