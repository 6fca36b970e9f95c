/** How many messages of one connection are on their way to Kafka, and whether the broker may be waiting for them. */
export interface BrokerWindow {
  /** A message came. @returns whether the broker may send nothing more before some are acknowledged */
  took(): boolean;
  /** A message is acknowledged. */
  gave(): void;
}

/**
 * A broker sends only so many messages before it waits for acknowledgements: Mosquitto 20 by default, whatever this client could take, and
 * it does not say so. Were each acknowledged only after `LINGER_MS`, 20 would come in that time. The most that were ever on their way is
 * what the broker may be holding to; while it is not, the number grows until it bounds nothing.
 */
export function brokerWindow(): BrokerWindow {
  let onTheirWay = 0;
  let most = 1;
  return {
    took() {
      onTheirWay++;
      const isFull = onTheirWay >= most;
      most = Math.max(most, onTheirWay);
      return isFull;
    },
    gave() {
      onTheirWay--;
    },
  };
}
