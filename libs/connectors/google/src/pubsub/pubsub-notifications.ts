import { PubSub, type Message, type Subscription } from '@google-cloud/pubsub';
import type { FileNotification, FileNotifications } from '@sluice/objects';
import { atMost, describeError, type Logger } from '@sluice/telemetry';
import { createdObjects } from './created-objects.ts';

/** How many messages may be here and not acknowledged: their files are read one after the other. */
const mostOpen = 100;
/** How long a connection may take to close: the server may not answer any more. */
const farewellMs = 5_000;
/** How long `receive` waits for a message. */
const waitMs = 10_000;
/** What the numbers of gRPC mean that a setting or a right can cause: https://grpc.io/docs/guides/status-codes/ */
const meanings: Readonly<Record<number, string>> = {
  5: 'it does not exist: create it, or correct its name',
  7: 'these credentials may not read it: grant roles/pubsub.subscriber',
  16: 'Google accepts no credentials of this process',
};

interface Options {
  /** `projects/PROJECT/subscriptions/NAME`. */
  subscription: string;
  /** Messages about other buckets are acknowledged and left out. */
  bucket: string;
  logger: Logger;
}

/**
 * Cloud Storage's notifications from a subscription of Pub/Sub. A message is acknowledged when its object is committed. Until then the
 * client extends the message's deadline, for at most an hour. Pub/Sub delivers it again when the deadline has passed, also where the
 * process was killed. A message of another kind is acknowledged too: Pub/Sub would deliver it again at once, and another subscription has
 * its own copy.
 */
export function pubsubNotifications({ subscription: name, bucket, logger }: Options): FileNotifications {
  const [, projectId = ''] = name.split('/');
  const client = new PubSub({ projectId });
  const received: FileNotification[] = [];
  let failure: Error | undefined;
  let stream: Subscription | undefined;
  let wake: () => void = () => {};

  const take = (message: Message) => {
    const objects = createdObjects(message.attributes);
    const ours = objects?.filter((object) => object.bucket === bucket) ?? [];
    if (objects === undefined || ours.length < objects.length)
      logger.warn({ id: message.id }, 'a message of the subscription does not tell of an object of the bucket');
    const [object] = ours;
    if (object === undefined) return message.ack();
    // If the deadline passes first, Pub/Sub delivers the message again, and its object is then known to be committed.
    received.push({ name: object.name, committed: () => message.ack() });
    wake();
  };

  const opened = (): Subscription => {
    const made = client.subscription(name, {
      flowControl: { maxMessages: mostOpen, allowExcessMessages: false },
      streamingOptions: { maxStreams: 1 },
    });
    made.on('message', take);
    // The client retries by itself what may pass, such as a server that is away. Google also ends each connection now and then.
    made.on('debug', ({ message, error }) =>
      logger.debug({ reason: describeError(error ?? message) }, 'Pub/Sub ended a connection'),
    );
    made.on('error', (error: Error) => {
      if (stream === made) stream = undefined;
      failure = error;
      wake();
    });
    return made;
  };

  return {
    async receive(signal) {
      signal.throwIfAborted();
      stream ??= opened();
      if (received.length === 0 && failure === undefined) {
        const ended = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
        await new Promise<void>((resolve) => {
          wake = resolve;
          ended.addEventListener('abort', () => resolve(), { once: true });
        });
        signal.throwIfAborted();
      }
      if (received.length > 0) return received.splice(0);
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw new Error(`Pub/Sub cannot read ${name}: ${describeFailure(error)}`);
      return [];
    },
    async close() {
      // Acknowledges what is committed, and gives back the rest at once.
      await atMost(farewellMs, stream?.close());
      await atMost(farewellMs, client.close());
    },
  };
}

const describeFailure = (error: Error & { code?: unknown }): string =>
  (typeof error.code === 'number' ? meanings[error.code] : undefined) ?? describeError(error);
