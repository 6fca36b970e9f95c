import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** A queue of its own, in which S3's notifications are written as S3 writes them. */
export interface TestQueue {
  url: string;
  tell(bucket: string, name: string): Promise<void>;
  /** How many there are, those that somebody has received and not deleted included. */
  messages(): Promise<number>;
  close(): void;
}

export async function testQueue(endpoint: string, name: string): Promise<TestQueue> {
  const client = new SQSClient({ endpoint, region: 'us-east-1' });
  // What was received and is not deleted comes again soon.
  const created = await client.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '5' } }),
  );
  const url = created.QueueUrl ?? '';
  return {
    url,
    async tell(bucket, object) {
      const key = encodeURIComponent(object).replaceAll('%20', '+').replaceAll('%2F', '/');
      const record = { eventName: 'ObjectCreated:Put', s3: { bucket: { name: bucket }, object: { key } } };
      const body = JSON.stringify({ Records: [record] });
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
    },
    async messages() {
      const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
      const { Attributes = {} } = await client.send(command);
      const { ApproximateNumberOfMessages: waiting, ApproximateNumberOfMessagesNotVisible: received } = Attributes;
      return Number(waiting) + Number(received);
    },
    close: () => client.destroy(),
  };
}
