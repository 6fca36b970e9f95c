/**
 * One event from the world, on its way to Kafka.
 *
 * The contract (the event's Avro schema) names the fields that are its id, its key and its time; `key` and `timestamp`
 * are only for events whose contract cannot say (a key that is not a field).
 */
export interface SourceEvent<T> {
  value: T;
  /** What must stay in order together. Default: the contract's key fields. */
  key?: string;
  /** The event time. Default: the contract's time field. */
  timestamp?: Date;
  /** Where to go on after this event. Stored only after Kafka has acknowledged the event (G8). */
  cursor?: string;
}

/** What a source is told when it begins to read. */
export interface ReadContext {
  /** Aborted when the app shuts down: end the iteration soon, with nothing lost that was yielded. */
  signal: AbortSignal;
  /** The cursor of the last event that Kafka acknowledged, or undefined on the very first start. */
  cursor: string | undefined;
}

/**
 * Reads events from one system of the world.
 *
 * ```
 * world ──read()──▶ runtime: encode ▶ produce (acks all, idempotent) ▶ store cursor
 * ```
 *
 * The runtime calls `read` once at start and again, with the newest cursor and a backoff, when the iteration throws. Pull is
 * backpressure: the next event is asked for only when Kafka has room. An iteration that ends without the signal being
 * aborted means that the source is exhausted, and the app ends with success.
 */
export interface Source<T> {
  read(context: ReadContext): AsyncIterable<SourceEvent<T>>;
}
