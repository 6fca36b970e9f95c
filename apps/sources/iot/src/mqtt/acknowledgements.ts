import type { Writable } from 'node:stream';

/** Acknowledges messages of one connection. After its end it does nothing. */
export interface Acknowledgements {
  readonly connection: Writable;
  give(messageId: number): void;
  /** Writes what is waiting, at once. */
  flush(): void;
}

/**
 * The client library acknowledges a message before it looks at the next, so that only one could be on its way to Kafka. The
 * acknowledgements are therefore written here: PUBACK, four bytes in MQTT 3.1.1 and 5 alike, many in one write.
 */
export function acknowledgements(connection: Writable): Acknowledgements {
  let waiting: number[] = [];
  const flush = () => {
    const given = waiting;
    waiting = [];
    if (given.length === 0 || connection.destroyed || connection.writableEnded) return;
    connection.write(Buffer.from(given.flatMap((messageId) => [0x40, 2, messageId >> 8, messageId & 255])));
  };
  return {
    connection,
    give(messageId) {
      if (waiting.push(messageId) === 1) queueMicrotask(flush);
    },
    flush,
  };
}
