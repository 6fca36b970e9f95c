import type { IotReading } from '@sluice/contracts';
import type { SourceItem } from '@sluice/source';
import type { MqttOptions } from './mqtt-options.ts';
import { heldBytes } from './held-bytes.ts';
import { readMessage } from './read-message.ts';

/** A message on its way to Kafka. */
interface ReceivedMessage {
  topic: string;
  payload: Buffer;
  /** Called when Kafka has it. */
  acknowledge?: () => void;
  /** Whether the broker may send nothing more before this one is acknowledged. */
  flush?: boolean;
}

/** Messages that wait for Kafka, bounded by number where the sender cannot be held back, and by bytes. */
export interface Inbox {
  /** Whether there is room for a message that cannot be held back. */
  hasRoom(bytes: number): boolean;
  /** Calls back when there is room for this many bytes. One call at a time. */
  whenRoom(bytes: number, then: () => void): void;
  put(message: ReceivedMessage): void;
  /** Ends the reading with an error. */
  fail(error: Error): void;
  /** What was put, in its order, until the signal is aborted. @throws what `fail` was given */
  items(signal: AbortSignal): AsyncGenerator<SourceItem<IotReading>>;
  /** Forgets all messages, those that were handed over and are not acknowledged too. */
  clear(): void;
}

export function createInbox({ inFlight, inFlightBytes }: Pick<MqttOptions, 'inFlight' | 'inFlightBytes'>): Inbox {
  const queue: SourceItem<IotReading>[] = [];
  const held = heldBytes(inFlightBytes);
  let failure: Error | undefined;
  let wake = () => {};
  return {
    hasRoom: (bytes) => queue.length < inFlight && held.hasRoom(bytes),
    whenRoom: held.whenRoom,
    put({ topic, payload, acknowledge, flush = false }) {
      const release = held.take(payload.length);
      queue.push({
        ...itemOf(topic, payload),
        flush,
        acknowledge() {
          release();
          acknowledge?.();
        },
      });
      wake();
    },
    fail(error) {
      failure = error;
      wake();
    },
    async *items(signal) {
      const onAbort = () => wake();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        while (!signal.aborted) {
          if (failure !== undefined) throw failure;
          const items = queue.splice(0);
          if (items.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          yield* items;
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    clear() {
      queue.length = 0;
      held.clear();
    },
  };
}

function itemOf(topic: string, payload: Buffer): SourceItem<IotReading> {
  const read = readMessage(payload, new Date());
  return 'reason' in read
    ? { refused: { bytes: payload, reason: read.reason, origin: `MQTT topic ${topic}` } }
    : { value: read.reading, replacedSurrogates: read.replacedSurrogates };
}
