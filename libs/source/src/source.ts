/**
 * An event on its way to Kafka.
 *
 * The contract (the event's Avro schema) names the fields that are its id, its key and its time; `key` is only for events whose
 * contract cannot say (a key that is not a field).
 */
export interface SourceEvent<T> extends Step {
  value: T;
  /** How many halves of surrogate pairs in its texts were replaced by U+FFFD: they are counted. Default: none. */
  replacedSurrogates?: number;
  /** What must stay in order together. Default: the contract's key fields. */
  key?: string;
}

/**
 * Something that a source read but cannot make an event of: a line that is not JSON, say. It becomes a dead letter in `<topic>.dlq`, in the
 * envelope of all dead letters, and exactly once like an event.
 */
export interface SourceRefusal extends Step {
  refused: {
    /** What was read, byte for byte: the dead letter's value. */
    bytes: Buffer;
    /** One sentence that does not repeat the contents. */
    reason: string;
    /** The kind of error, one word. Default: `unreadable`. */
    errorClass?: string;
    /** Where it was found: a file and a position in it, say. */
    origin?: string;
  };
}

/** Where a source is after an item. */
interface Step {
  /**
   * Where to continue after this item. It is stored in the same Kafka transaction as all items since the last cursor (G8), so items
   * without one wait in memory for the next one: yield a cursor every few thousand items at least.
   */
  cursor?: string;
  /**
   * Called once, when Kafka has acknowledged this item, in the order of the items. For an origin that keeps the position itself, such as
   * a queue: acknowledge to it here and nowhere else (G8). Must not throw, and must not wait.
   */
  acknowledge?: () => void;
  /** Whether to publish what has gathered at once, because the origin sends nothing more before it is acknowledged. */
  flush?: boolean;
}

/** An event of a second contract, the `beside` of `runSource`: an entry in a ledger of what the source could not get, say. */
interface SideEvent<S> extends Step {
  beside: S;
}

/** What a source yields. */
export type SourceItem<T, S = never> = SourceEvent<T> | SourceRefusal | SideEvent<S>;

/** What a source gets when it starts to read. */
export interface ReadContext {
  /** Aborted when the app shuts down, or a chunk of this iteration failed: end it soon. */
  signal: AbortSignal;
  /** The newest stored cursor; undefined on the very first start. Everything up to it is in Kafka, and nothing after it. */
  cursor: string | undefined;
}

/**
 * Reads events from one outside system.
 *
 * ```
 * world ──read()──▶ runtime: chunk ▶ encode ▶ one Kafka transaction: events, dead letters, cursor
 * ```
 *
 * The runtime calls `read` once at start and again, with the newest cursor and a backoff, when the iteration throws. Pull is
 * backpressure: the next item is asked for only when Kafka has room. An iteration that ends without the signal being
 * aborted means that the source is exhausted, and the app ends with success.
 *
 * A source with cursors is exactly once into Kafka, through kill -9 too, if what it yields after a cursor does not depend on when it is
 * read: see `runSource`. One without cursors is at least once, as far as its origin repeats.
 */
export interface Source<T, S = never> {
  read(context: ReadContext): AsyncIterable<SourceItem<T, S>>;
}
