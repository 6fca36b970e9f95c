/** https://opentelemetry.io/docs/specs/semconv/messaging/kafka/ */
export const consumerAttributes = ({ topic, partition }: { topic: string; partition: number }) => ({
  'messaging.system': 'kafka',
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'messaging.destination.name': topic,
  'messaging.destination.partition.id': String(partition),
});

/** Why a span has no other end. */
export const givenUp = 'the partition was lost, or the process stops: its next owner reads the records again';
