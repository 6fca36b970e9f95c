import { FatalError, describeError } from '@sluice/telemetry';
import { readPosts } from '../tweet/read-posts.ts';
import { idAt, timeOfId } from '../tweet/snowflake.ts';
import { UnreadableTweet } from '../tweet/unreadable-tweet.ts';
import type { Clock } from '../x/clock.ts';
import type { LineStream } from '../x/line-stream.ts';
import { Silence } from '../x/lines-of.ts';
import type { StreamRule } from '../x/stream-rules.ts';
import { Backoff } from '../x/backoff.ts';
import type { XApi } from '../x/x-api.ts';
import { xError } from '../x/x-error.ts';
import type { Delivery } from './delivery.ts';
import type { StreamObserver } from './observer.ts';
import { overlapMs, type OpenGap } from './open-gap.ts';
import { nextMonthMs, type PostMeter } from './post-meter.ts';

/** What the reading of the stream needs. */
export interface StreamReading {
  api: XApi;
  clock: Clock;
  meter: PostMeter;
  delivery: Delivery;
  observer: StreamObserver;
  rules: readonly StreamRule[];
  /** Minutes of backfill that the plan has; 0 for none. */
  backfillMinutes: number;
  /** Called when there may be a gap to recover. */
  onGap: () => void;
  signal: AbortSignal;
}

/** A gap that has begun and not ended. */
type Loss = Pick<OpenGap, 'fromMs' | 'reason' | 'detail'> & { sinceId: string; recovered: number };

/**
 * Reads the stream until the signal is aborted, connecting again and again by X's own rules: at once when a connection breaks off,
 * then after X's waits for the kind of failure.
 *
 * @param lost the gap since the process last ran, if it did
 * @throws FatalError where X refuses the very first connection
 */
export async function readStream(reading: StreamReading, lost: Loss | undefined): Promise<void> {
  const { api, clock, meter, delivery, observer, signal } = reading;
  const backoff = new Backoff();
  let backfillMinutes = reading.backfillMinutes;
  let loss = lost;
  let attempts = 0;
  let everConnected = false;

  /** The gap that a connection at this moment closes, or undefined where there is none. */
  const gapUntil = (toMs: number, by: OpenGap['by']): OpenGap | undefined =>
    loss && { ...loss, toMs, attempts, by, untilId: idAt(toMs + overlapMs), query: 0 };

  while (!signal.aborted) {
    if (meter.left(clock.nowMs()) === 0) {
      const untilMs = nextMonthMs(clock.nowMs());
      observer.budgetUsedUp(untilMs);
      loss = {
        ...(loss ?? newLoss(delivery)),
        reason: 'BUDGET',
        detail: `the budget of ${meter.budget} posts a month is used up`,
      };
      await clock.wait(untilMs - clock.nowMs(), signal);
      continue;
    }
    attempts++;
    // Tweets may be missing from before the loss was noticed.
    const missingMs = loss === undefined ? 0 : clock.nowMs() - (timeOfId(loss.sinceId) ?? 0);
    const canBackfill = loss !== undefined && loss.reason !== 'BUDGET' && missingMs <= backfillMinutes * 60_000;
    const minutes = canBackfill ? Math.ceil(missingMs / 60_000) : 0;
    let stream: LineStream;
    try {
      stream = await api.stream(minutes, signal);
    } catch (error) {
      if (signal.aborted) return;
      const found = xError(error, 'the stream of tweets');
      const { sentence, refused, unauthorized, date } = found;
      clock.sync(date);
      if (refused && !unauthorized && minutes > 0) {
        observer.notConnected(`${sentence}; trying without backfill`, 0);
        backfillMinutes = 0;
        continue;
      }
      if (refused && !everConnected) throw new FatalError(sentence, 'x-refused');
      if (loss !== undefined) loss = { ...loss, detail: sentence };
      const waitMs = backoff.after(found, clock.nowMs());
      observer.notConnected(sentence, clock.realMs(waitMs));
      await clock.wait(waitMs, signal);
      continue;
    }
    clock.sync(stream.date);
    const connectedMs = clock.nowMs();
    const gap = gapUntil(connectedMs, minutes > 0 ? 'BACKFILL' : 'SEARCH');
    if (gap !== undefined) delivery.open(gap);
    delivery.connected(connectedMs);
    reading.onGap();
    observer.connected();
    [everConnected, attempts, loss] = [true, 0, undefined];

    let heard = false;
    const onHeard = () => {
      heard = true;
      backoff.reset();
    };
    const why = await untilLost(reading, stream, onHeard);
    if (signal.aborted) return;
    observer.lost(why.detail);
    loss = resumeGap(delivery, { ...newLoss(delivery), ...why });
    // A server that accepts connections and says nothing must not be asked again at once.
    if (!heard) await clock.wait(backoff.next('network'), signal);
  }
}

const newLoss = (delivery: Delivery): Loss => ({
  fromMs: delivery.heardMs,
  reason: 'DISCONNECTED',
  detail: null,
  sinceId: delivery.sinceId(),
  recovered: 0,
});

/** A backfill that was under way when the connection was lost does not count: its gap is still open. */
export function resumeGap(delivery: Delivery, loss: Loss): Loss {
  const open = backfillOf(delivery);
  if (open === undefined) return loss;
  delivery.takeBack(open);
  const { fromMs, reason, sinceId, recovered } = open;
  return { ...loss, fromMs, reason, sinceId, recovered };
}

/** Reads a connection to its end. @returns why it ended */
async function untilLost(
  reading: StreamReading,
  stream: LineStream,
  onHeard: () => void,
): Promise<{ reason: OpenGap['reason']; detail: string }> {
  const { clock, meter, signal } = reading;
  try {
    for await (const line of stream.lines) {
      onHeard();
      const { postedMs, ended } = line.length === 0 ? { postedMs: clock.nowMs() } : await onLine(reading, line);
      if (ended !== undefined) return { reason: 'DISCONNECTED', detail: ended };
      if (postedMs !== undefined) await onHeardFrom(reading, postedMs);
      if (meter.left(clock.nowMs()) === 0) return { reason: 'BUDGET', detail: 'the budget of posts is used up' };
      if (signal.aborted) break;
    }
    return { reason: 'DISCONNECTED', detail: 'X ended the stream' };
  } catch (error) {
    const reason = error instanceof Silence ? 'SILENCE' : 'DISCONNECTED';
    return { reason, detail: describeError(error) };
  } finally {
    stream.close();
  }
}

/** What follows from a line: when its tweet was posted, or why X ends the stream. */
interface LineSaid {
  postedMs?: number;
  ended?: string;
}

async function onLine(reading: StreamReading, line: Buffer): Promise<LineSaid> {
  const { clock, meter, delivery, observer, rules } = reading;
  try {
    const read = readPosts(line);
    if ('notice' in read) {
      if (read.notice === 'errors') return { ended: `X says: ${read.detail}` };
      observer.notice(read.notice);
      return {};
    }
    let said: LineSaid = {};
    for (const post of read.posts) {
      if ('reason' in post) throw new UnreadableTweet(post.reason);
      meter.add(1, clock.nowMs());
      const { content, tags, original } = post;
      const keywords = [...new Set(rules.filter(({ tag }) => tags.includes(tag)).flatMap((rule) => rule.keywords))];
      const postedMs = content.created_at.getTime();
      const backfill = backfillOf(delivery);
      const gap = backfill !== undefined && postedMs < backfill.toMs ? { gap: backfill } : {};
      if (!(await delivery.tweet(content, original, { keywords, ...gap }))) observer.duplicate();
      said = { postedMs };
    }
    return said;
  } catch (error) {
    if (!(error instanceof UnreadableTweet)) throw error;
    meter.add(1, clock.nowMs());
    observer.unreadable(error.message);
    onUnreadable(reading);
    await delivery.refuse(line, error.message, 'the stream');
    return {};
  } finally {
    const nowMs = clock.nowMs();
    observer.metered(meter.at(nowMs).posts, meter.left(nowMs));
  }
}

const backfillOf = (delivery: Delivery): OpenGap | undefined => delivery.gaps.find(({ by }) => by === 'BACKFILL');

/**
 * Everything posted up to now has been received. X sends a backfill before anything newer, and keep-alives only when it has nothing to
 * send: either means that the backfill is over. The clock alone does not show it, as the reading may lag behind.
 */
async function onHeardFrom({ clock, delivery, observer }: StreamReading, postedMs: number): Promise<void> {
  delivery.heard(Math.min(postedMs, clock.nowMs()));
  const backfill = backfillOf(delivery);
  if (backfill === undefined || postedMs < backfill.toMs + overlapMs) return;
  const end = { by: 'BACKFILL', complete: true, problem: null, closedMs: clock.nowMs() } as const;
  observer.gapClosed(await delivery.close(backfill, end));
}

/** The tweet in an unreadable line is missing, so it is searched for: a gap of no length. Several in a row are one gap. */
function onUnreadable({ clock, delivery, onGap }: StreamReading): void {
  const nowMs = clock.nowMs();
  const untilId = idAt(nowMs + overlapMs);
  const waiting = delivery.gaps.find(
    ({ reason, query, toMs }) => reason === 'MALFORMED' && query === 0 && nowMs - toMs < overlapMs,
  );
  if (waiting !== undefined) {
    delivery.replace(waiting, (open) => ({ ...open, toMs: nowMs, untilId }));
    return;
  }
  delivery.open({
    ...newLoss(delivery),
    toMs: nowMs,
    reason: 'MALFORMED',
    detail: 'a line of the stream could not be read',
    attempts: 0,
    by: 'SEARCH',
    untilId,
    query: 0,
  });
  onGap();
}
