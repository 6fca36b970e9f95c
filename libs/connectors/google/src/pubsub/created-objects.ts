import type { CreatedObject } from '@sluice/objects';

/**
 * The objects that a message of Cloud Storage tells of, by its attributes, which it has in every payload format:
 * https://cloud.google.com/storage/docs/pubsub-notifications#attributes
 *
 * @returns undefined where the message is none of Cloud Storage's; empty for one that tells of no new object, such as a deletion
 */
export function createdObjects(attributes: Readonly<Record<string, string>>): CreatedObject[] | undefined {
  const { eventType, bucketId: bucket, objectId: name } = attributes;
  if (eventType === undefined || bucket === undefined || name === undefined) return undefined;
  return eventType === 'OBJECT_FINALIZE' ? [{ bucket, name }] : [];
}
