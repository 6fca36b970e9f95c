import type { CreatedObject } from '@sluice/objects';

/**
 * The objects that a message tells of: S3's own event notification, also by way of SNS, or an event of EventBridge.
 *
 * @returns undefined where the message is none of these; empty for one that tells of none, such as S3's test
 */
export function createdObjects(body: string): CreatedObject[] | undefined {
  const message = parsed(body);
  if (message === undefined) return undefined;
  // SNS wraps what it passes on.
  if (typeof message['Message'] === 'string' && message['Type'] === 'Notification')
    return createdObjects(message['Message']);
  if (message['Event'] === 's3:TestEvent') return [];
  if (message['detail-type'] === 'Object Created') {
    const found = objectOf(message['detail'], false);
    return found === undefined ? undefined : [found];
  }
  const records = message['Records'];
  if (!Array.isArray(records)) return undefined;
  const objects: CreatedObject[] = [];
  for (const record of records) {
    if (!isObject(record)) return undefined;
    // AWS writes ObjectCreated:Put, others s3:ObjectCreated:Put.
    if (!/(^|:)ObjectCreated:/.test(String(record['eventName']))) continue;
    const found = objectOf(record['s3'], true);
    if (found === undefined) return undefined;
    objects.push(found);
  }
  return objects;
}

/** @param isEncoded whether the name is as in a form's URL: S3's notifications are, EventBridge's are not */
function objectOf(value: unknown, isEncoded: boolean): CreatedObject | undefined {
  if (!isObject(value) || !isObject(value['bucket']) || !isObject(value['object'])) return undefined;
  const { name: bucket } = value['bucket'];
  const { key } = value['object'];
  if (typeof bucket !== 'string' || typeof key !== 'string') return undefined;
  if (!isEncoded) return { bucket, name: key };
  try {
    return { bucket, name: decodeURIComponent(key.replaceAll('+', ' ')) };
  } catch {
    return undefined;
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
