import { expect, it } from 'vitest';
import { createdObjects } from './created-objects.ts';

const attributes = (eventType: string) => ({
  notificationConfig: 'projects/_/buckets/in/notificationConfigs/3',
  payloadFormat: 'NONE',
  bucketId: 'in',
  objectId: 'a/b c.csv',
  objectGeneration: '1795872324',
  eventTime: '2026-11-28T12:00:00Z',
  eventType,
});

it.each<[string, Record<string, string>, unknown]>([
  ['a new object, or a new version of one', attributes('OBJECT_FINALIZE'), [{ bucket: 'in', name: 'a/b c.csv' }]],
  ['a deletion, which tells of no object', attributes('OBJECT_DELETE'), []],
  ['a change of metadata', attributes('OBJECT_METADATA_UPDATE'), []],
  ['a message of somebody else', { eventType: 'greeting' }, undefined],
  ['a message without attributes', {}, undefined],
])('%s is understood', (_, given, objects) => {
  expect(createdObjects(given)).toEqual(objects);
});
