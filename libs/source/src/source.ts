/**
 * One event from the world, on its way to Kafka.
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
 * What a source read and can make no event of: a line that is no JSON, say. It becomes a dead letter in `<topic>.dlq`, in the one
 * envelope that all dead letters have, as exactly once as an event.
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

/** Where a source is when it has yielded an item. */
interface Step {
  /**
   * Where to go on behind this item. It is stored in the same Kafka transaction as all items since the cursor before (G8), so items
   * without one wait for the next that has one, in memory: yield one every few thousand items at least.
   */
  cursor?: string;
  /**
   * Called once, when Kafka has acknowledged this item, in the order of the items. For an origin that keeps the place itself, such as
   * a queue: it is told here and nowhere else (G8). Must not throw, and must not wait.
   */
  acknowledge?: () => void;
  /** Whether what has gathered is to be published at once, as the origin gives nothing more before it is acknowledged. */
  flush?: boolean;
}

/** An event of a second contract, which `runSource` is told as `beside`: an entry in a ledger of what the source could not get, say. */
interface SideEvent<S> extends Step {
  beside: S;
}

/** What a source yields. */
export type SourceItem<T, S = never> = SourceEvent<T> | SourceRefusal | SideEvent<S>;

/** What a source is told when it begins to read. */
export interface ReadContext {
  /** Aborted when the app shuts down, or Kafka takes nothing more of this iteration: end it soon, with nothing lost that was yielded. */
  signal: AbortSignal;
  /** The newest stored cursor, or undefined on the very first start. Everything up to it is in Kafka, and nothing behind it. */
  cursor: string | undefined;
}

/**
 * Reads events from one system of the world.
 *
 * ```
 * world ──read()──▶ runtime: chunk ▶ encode ▶ one Kafka transaction: events, dead letters, cursor
 * ```
 *
 * The runtime calls `read` once at start and again, with the newest cursor and a backoff, when the iteration throws. Pull is
 * backpressure: the next item is asked for only when Kafka has room. An iteration that ends without the signal being
 * aborted means that the source is exhausted, and the app ends with success.
 *
 * A source with cursors is exactly once into Kafka, through kill -9 too, if what it yields behind a cursor does not depend on when it is
 * read: see `runSource`. One without cursors is at least once, as far as its origin repeats.
 */
export interface Source<T, S = never> {
  read(context: ReadContext): AsyncIterable<SourceItem<T, S>>;
}
