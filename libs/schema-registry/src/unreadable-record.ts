/** A Kafka value that can never be read: it has no registry prefix, or the registry does not have its schema. */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
}
