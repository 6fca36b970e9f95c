import type { Tweet, TweetGap } from '@sluice/contracts';
import type { Source, SourceItem } from '@sluice/source';
import { FatalError } from '@sluice/telemetry';
import type { Clock } from '../x/clock.ts';
import { searchQueries, streamRules, type RuleOptions } from '../x/stream-rules.ts';
import { Backoff } from '../x/backoff.ts';
import type { XApi } from '../x/x-api.ts';
import { xError } from '../x/x-error.ts';
import { readCursor } from './cursor.ts';
import { Delivery } from './delivery.ts';
import type { StreamObserver } from './observer.ts';
import { Outbox } from './outbox.ts';
import { PostMeter } from './post-meter.ts';
import { resumeGap, readStream } from './read-stream.ts';
import { recoverGaps } from './recover-gaps.ts';

/** Items that wait for Kafka; beyond them the stream is not read. */
const outboxItems = 1_000;

export interface StreamOptions {
  /** The name in the ledger of gaps. */
  name: string;
  /** The address of the API. */
  origin: string;
  api: XApi;
  clock: Clock;
  wanted: RuleOptions;
  backfillMinutes: number;
  /** Most posts to be read in a month; undefined for any number. */
  monthlyPosts: number | undefined;
  observer: StreamObserver;
  /** Makes X's rules the wanted ones. */
  applyRules(signal: AbortSignal): Promise<void>;
}

/**
 * X's filtered stream: every tweet that matches, once; what was missed while it could not be read, from a backfill or a search; and
 * an entry in the ledger for each gap.
 */
export function filteredStream(options: StreamOptions): Source<Tweet, TweetGap> {
  const { name, origin, api, clock, wanted, backfillMinutes, monthlyPosts, observer } = options;
  const [rules, queries] = [streamRules(wanted), searchQueries(wanted)];
  return {
    async *read({ signal: stopped, cursor }) {
      const end = new AbortController();
      const signal = AbortSignal.any([stopped, end.signal]);
      const outbox = new Outbox<SourceItem<Tweet, TweetGap>>(outboxItems);
      const position = readCursor(cursor, origin);
      const meter = new PostMeter(monthlyPosts, position?.count);
      const delivery = new Delivery({ source: name, origin, outbox, meter, position });
      let opened = Promise.withResolvers<void>();
      const onGap = () => {
        opened.resolve();
        opened = Promise.withResolvers();
      };
      signal.addEventListener('abort', onGap, { once: true });
      const shared = { api, clock, meter, delivery, observer, signal };
      const restart = position && {
        fromMs: position.heardMs,
        reason: 'RESTART' as const,
        detail: null,
        sinceId: delivery.sinceId(),
        recovered: 0,
      };

      const work = async () => {
        await untilRulesApply(options, signal);
        await Promise.all([
          readStream({ ...shared, rules, backfillMinutes, onGap }, restart && resumeGap(delivery, restart)),
          recoverGaps({ ...shared, keywords: wanted.keywords, queries, gapOpened: () => opened.promise }),
        ]);
      };
      const working = work().then(
        () => outbox.end(),
        (error: unknown) => outbox.end({ error }),
      );
      try {
        yield* outbox;
      } finally {
        end.abort();
        await working;
      }
    },
  };
}

/** Waits for X as long as it takes. @throws FatalError where it refuses the rules, the token or the plan */
async function untilRulesApply({ applyRules, clock, observer }: StreamOptions, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff();
  while (!signal.aborted) {
    try {
      await applyRules(signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof FatalError) throw error;
      const found = xError(error, 'the rules of the stream');
      const { sentence, refused, date } = found;
      if (refused) throw new FatalError(sentence, 'x-refused');
      clock.sync(date);
      const waitMs = backoff.after(found, clock.nowMs());
      observer.notConnected(sentence, clock.realMs(waitMs));
      await clock.wait(waitMs, signal);
    }
  }
}
