import { topicAttributes } from '@sluice/telemetry';

export const consumerAttributes = ({ topic, partition }: { topic: string; partition: number }) => ({
  ...topicAttributes('process', topic),
  'messaging.destination.partition.id': String(partition),
});

/** Why a span has no other end. */
export const givenUp = 'the partition was lost, or the process stops: its next owner reads the records again';
