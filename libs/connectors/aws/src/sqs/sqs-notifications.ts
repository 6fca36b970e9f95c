import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import type { FileNotification, FileNotifications } from '@sluice/objects';
import { describeError, inTime, type Logger, type TimeLimit } from '@sluice/telemetry';
import { createdObjects } from './created-objects.ts';

/** The longest that SQS waits for a message. */
const longestWaitSeconds = 20;

interface Options extends Omit<TimeLimit, 'what' | 'context'> {
  /** As AWS gives it: `https://sqs.eu-central-1.amazonaws.com/123456789012/files`. */
  queueUrl: string;
  region: string;
  /** Messages about other buckets are left to others. */
  bucket: string;
  logger: Logger;
}

/**
 * S3's notifications from a queue. A message is deleted when all its objects are committed; one that is not deleted comes again when the
 * queue's visibility timeout is over. A message of another kind is left, so that the queue's own rules move it away.
 */
export function sqsNotifications({ queueUrl, region, bucket, logger, ...limit }: Options): FileNotifications {
  const client = new SQSClient({ region, maxAttempts: 1 });
  const what = `SQS at ${queueUrl}`;
  const waitSeconds = Math.max(1, Math.min(longestWaitSeconds, Math.floor(limit.timeoutMs / 2_000)));

  const remove = (message: Message) => {
    const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle });
    // One that stays comes again, and is then known to be committed.
    client.send(command).catch((error: unknown) => {
      logger.debug({ reason: describeError(error) }, 'a notification could not be deleted; it comes again');
    });
  };

  const notificationsOf = (message: Message): FileNotification[] => {
    const objects = createdObjects(message.Body ?? '');
    const isOurs = objects?.every((object) => object.bucket === bucket) ?? false;
    if (objects === undefined || !isOurs) {
      logger.warn(
        { id: message.MessageId },
        'a message in the queue does not tell of an object of the bucket: it is left there',
      );
      return [];
    }
    let open = objects.length;
    if (open === 0) remove(message);
    return objects.map(({ name }) => ({
      name,
      committed() {
        if (--open === 0) remove(message);
      },
    }));
  };

  return {
    async receive(signal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
      });
      try {
        const { Messages = [] } = await inTime({ what, ...limit }, signal, (abortSignal) =>
          client.send(command, { abortSignal }),
        );
        return Messages.flatMap(notificationsOf);
      } catch (error) {
        signal.throwIfAborted();
        const reason = describeError(error);
        throw new Error(reason.startsWith(what) ? reason : `${what} cannot be read: ${reason}`);
      }
    },
    async close() {
      client.destroy();
    },
  };
}
