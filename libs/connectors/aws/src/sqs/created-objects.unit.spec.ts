import { expect, it } from 'vitest';
import { createdObjects } from './created-objects.ts';

const record = (eventName: string, key: string) => ({ eventName, s3: { bucket: { name: 'in' }, object: { key } } });
const put = { Records: [record('ObjectCreated:Put', 'a/b+c%2Bd.csv'), record('s3:ObjectCreated:Copy', 'e')] };
const found = [
  { bucket: 'in', name: 'a/b c+d.csv' },
  { bucket: 'in', name: 'e' },
];

it.each<[string, unknown, unknown]>([
  ["S3's notification, with its encoded names", put, found],
  ['one that came by way of SNS', { Type: 'Notification', Message: JSON.stringify(put) }, found],
  [
    'an event of EventBridge, with its plain names',
    { 'detail-type': 'Object Created', detail: { bucket: { name: 'in' }, object: { key: 'a+b' } } },
    [{ bucket: 'in', name: 'a+b' }],
  ],
  ['a removal, which tells of no object', { Records: [record('ObjectRemoved:Delete', 'a')] }, []],
  ["S3's test", { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'in' }, []],
  ['anything else', { hello: 'world' }, undefined],
  ['a record without an object', { Records: [{ eventName: 'ObjectCreated:Put' }] }, undefined],
  ['a name that is not encoded as it should be', { Records: [record('ObjectCreated:Put', '%')] }, undefined],
])('%s is understood', (_, message, objects) => {
  expect(createdObjects(JSON.stringify(message))).toEqual(objects);
});

it('what is not JSON is not a notification', () => {
  expect(createdObjects('hello')).toBeUndefined();
});
