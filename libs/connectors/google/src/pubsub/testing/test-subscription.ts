import { setTimeout as delay } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';

/** A subscription of its own, to a topic in which Cloud Storage's notifications are written as Cloud Storage writes them. */
export interface TestSubscription {
  /** As the setting wants it. */
  name: string;
  tell(bucket: string, object: string): Promise<void>;
  /** Waits for longer than a deadline. @returns the objects of messages that are not acknowledged */
  open(): Promise<string[]>;
  close(): Promise<void>;
}

/** The shortest that Pub/Sub has. */
const deadlineSeconds = 10;

/** @param name of the topic and of the subscription */
export async function testSubscription(name: string): Promise<TestSubscription> {
  const client = new PubSub({ projectId: 'local' });
  const [topic] = await client.createTopic(name);
  const [subscription] = await topic.createSubscription(name, { ackDeadlineSeconds: deadlineSeconds });
  return {
    name: subscription.name,
    async tell(bucketId, objectId) {
      const attributes = { eventType: 'OBJECT_FINALIZE', payloadFormat: 'NONE', bucketId, objectId };
      await topic.publishMessage({ data: Buffer.from('{}'), attributes });
    },
    async open() {
      const found: string[] = [];
      const errors: Error[] = [];
      subscription.on('error', (error) => void errors.push(error));
      subscription.on('message', (message) => {
        found.push(message.attributes['objectId'] ?? '');
        message.ack();
      });
      await delay((deadlineSeconds + 2) * 1000);
      await subscription.close();
      if (errors[0] !== undefined) throw errors[0];
      return found;
    },
    close: () => client.close(),
  };
}
