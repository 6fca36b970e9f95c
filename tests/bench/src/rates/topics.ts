import {
  eventContract,
  iotEvent,
  iotReading,
  type EventContract,
  type IotEvent,
  type IotReading,
} from '@sluice/contracts';
import { benchTweets, type BenchTweet } from '../bench-tweet.ts';

const renamed = <T>(contract: EventContract<T>, topic: string): EventContract<T> =>
  eventContract<T>({ ...contract.schema, sluice: { ...(contract.schema.sluice as object), topic } });

/** The topics of one measurement: new ones each time, so that nothing of an earlier one is left to read. */
export interface RateTopics {
  /** What the sinks read. */
  tweets: EventContract<BenchTweet>;
  /** What the processor reads, and what it makes of it. */
  readings: EventContract<IotReading>;
  events: EventContract<IotEvent>;
  /** What the source publishes. */
  published: EventContract<BenchTweet>;
}

/** @param run names the measurement */
export const rateTopics = (run: string): RateTopics => ({
  tweets: renamed(benchTweets, `rate-tweets-${run}`),
  readings: renamed(iotReading, `rate-readings-${run}`),
  events: renamed(iotEvent, `rate-events-${run}`),
  published: renamed(benchTweets, `rate-published-${run}`),
});
