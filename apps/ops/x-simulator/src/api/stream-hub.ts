import type { SimulatedTweet } from '../world/simulated-tweet.ts';
import type { Timeline } from '../world/timeline.ts';
import { v2Form } from '../world/v2-form.ts';
import type { VirtualClock } from '../world/virtual-clock.ts';
import { operationalDisconnect } from './answers.ts';
import type { FaultKind } from './faults.ts';
import type { GroundTruth } from './ground-truth.ts';
import type { Rules } from './rules.ts';
import type { StreamConnection } from './stream-connection.ts';

const keepAliveMs = 20_000;
/** Posts that a `duplicate` sends again. */
const repeatedPosts = 5;
/** Newer posts that come before one in `disorder`. */
const overtaking = 3;

/** Delivers posts to the one connected client, with the faults that were ordered. */
export class StreamHub {
  readonly #clock: VirtualClock;
  readonly #rules: Rules;
  readonly #truth: GroundTruth;
  readonly #timeline: Timeline;
  #connection: StreamConnection | undefined;
  #silent = false;
  #keepAlive: NodeJS.Timeout | undefined;
  #sent: SimulatedTweet[] = [];
  #next: 'break-off' | 'malformed' | 'disorder' | undefined;
  #held: { tweet: SimulatedTweet; after: number } | undefined;

  constructor(options: { clock: VirtualClock; rules: Rules; truth: GroundTruth; timeline: Timeline }) {
    this.#clock = options.clock;
    this.#rules = options.rules;
    this.#truth = options.truth;
    this.#timeline = options.timeline;
    options.timeline.onPost((tweet) => this.#deliver(tweet));
  }

  /** Whether a client is connected and receives. */
  get connected(): boolean {
    return this.#connection !== undefined && !this.#silent;
  }

  /** @param backfillMinutes posts of this long before come first */
  connect(connection: StreamConnection, backfillMinutes: number): void {
    const nowMs = this.#clock.nowMs();
    this.#connection = connection;
    this.#silent = false;
    this.#truth.connected(nowMs);
    for (const tweet of this.#timeline.posts) {
      if (tweet.timeMs < nowMs - backfillMinutes * 60_000 || tweet.deleted || tweet.timeMs > nowMs) continue;
      const rules = this.#rules.matching(tweet);
      if (rules.length === 0) continue;
      this.#truth.sent.backfilled++;
      connection.line(lineOf(tweet, rules));
    }
    this.#beat();
  }

  /** The connection has ended, on either side. */
  disconnected(connection: StreamConnection, cause: string): void {
    if (this.#connection !== connection) return;
    clearTimeout(this.#keepAlive);
    this.#truth.lost(cause, this.#clock.nowMs());
    if (this.#held !== undefined) this.#truth.missed(this.#held.tweet);
    this.#connection = undefined;
    this.#held = undefined;
  }

  /** Applies a fault to the connected client, if there is one. */
  disturb(kind: FaultKind): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    switch (kind) {
      case 'silence':
        clearTimeout(this.#keepAlive);
        this.#silent = true;
        this.#truth.lost(kind, this.#clock.nowMs());
        if (this.#held !== undefined) this.#truth.missed(this.#held.tweet);
        this.#held = undefined;
        return;
      case 'operational':
        connection.line(JSON.stringify(operationalDisconnect));
        break;
      case 'duplicate':
        for (const tweet of this.#sent) {
          this.#truth.sent.duplicates++;
          connection.line(lineOf(tweet, this.#rules.matching(tweet)));
        }
        return;
      case 'break-off':
      case 'malformed':
      case 'disorder':
        this.#next = kind;
        return;
      default:
        break;
    }
    this.disconnected(connection, kind);
    connection.end();
  }

  #deliver(tweet: SimulatedTweet): void {
    const rules = this.#rules.matching(tweet);
    if (rules.length === 0) return;
    const connection = this.#connection;
    if (connection === undefined || this.#silent) return this.#truth.missed(tweet);
    const line = lineOf(tweet, rules);
    const next = this.#next;
    this.#next = undefined;
    this.#beat();
    if (next === 'break-off') {
      this.disconnected(connection, next);
      this.#truth.missed(tweet);
      return connection.breakOff(line.slice(0, line.length >> 1));
    }
    if (next === 'malformed') {
      this.#truth.garbled(tweet, this.#clock.nowMs());
      return connection.line(line.slice(0, -7));
    }
    if (next === 'disorder' && this.#held === undefined) {
      this.#held = { tweet, after: overtaking };
      return;
    }
    this.#send(connection, tweet, line);
    if (this.#held !== undefined && --this.#held.after === 0) {
      const { tweet: late } = this.#held;
      this.#held = undefined;
      this.#send(connection, late, lineOf(late, this.#rules.matching(late)));
    }
  }

  #send(connection: StreamConnection, tweet: SimulatedTweet, line: string): void {
    connection.line(line);
    this.#truth.delivered(tweet);
    this.#sent = [...this.#sent, tweet].slice(-repeatedPosts);
  }

  #beat(): void {
    clearTimeout(this.#keepAlive);
    this.#keepAlive = setTimeout(() => {
      this.#connection?.line('');
      this.#beat();
    }, this.#clock.realMs(keepAliveMs));
  }
}

const lineOf = (tweet: SimulatedTweet, rules: readonly { id: string; tag: string }[]): string =>
  JSON.stringify({ ...v2Form(tweet), matching_rules: rules });
