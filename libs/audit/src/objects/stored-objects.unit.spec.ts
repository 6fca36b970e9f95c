import type { ListedObject } from '@sluice/objects';
import { expect, it } from 'vitest';
import { topicObject } from './stored-objects.ts';

const metadata = {
  topic: 'tweets',
  partition: '3',
  'first-offset': '40',
  'last-offset': '52',
  records: '11',
  'schema-id': '7',
  'schema-ids': '7 9',
  format: 'JSON',
  'first-record': 'abc',
  crc32c: 'AAAAAA==',
};
const listed: ListedObject = {
  name: 'p/tweets/date=2026-11-21/3/00000000000000000040.json.gz',
  generation: '1',
  bytes: 100,
  crc32c: 'AAAAAA==',
  createdMs: 0,
  metadata,
};
const read = (change: Partial<ListedObject>) => topicObject({ ...listed, ...change }, 'p/tweets/', 'tweets');

it('reads an object of the sink', () => {
  expect(read({})).toMatchObject({
    ...{ partition: 3, first: 40n, last: 52n, records: 11, schemaId: 7, schemaIds: [7, 9] },
    ...{ format: 'JSON', problem: undefined },
  });
});

it('reads an object in a folder of its hour', () => {
  const name = 'p/tweets/date=2026-11-21/hour=09/3/00000000000000000040.json.gz';
  expect(read({ name })).toMatchObject({ partition: 3, first: 40n, problem: undefined });
});

it.each([
  'p/tweets/x.json.gz',
  'p/tweets/date=2026-11-21/3/40.json.gz',
  'tweets/date=2026-11-21/3/00000000000000000040.avro',
])('takes %s for no object of the sink', (name) => {
  expect(read({ name })).toBeUndefined();
});

it.each([
  ['topic', 'other', 'topic is other and not tweets'],
  ['partition', '4', 'partition is 4 and not 3'],
  ['first-offset', '41', 'first-offset is 41 and not 40'],
  ['last-offset', '39', 'last-offset is 39, before its first'],
  ['last-offset', undefined, 'last-offset is missing'],
  ['records', 'many', 'records is not a whole number'],
  ['schema-ids', '7,9', 'schema-ids is not a list of ids'],
  ['format', 'AVRO', 'format is AVRO and not JSON'],
  ['crc32c', 'BBBBBB==', 'crc32c is BBBBBB== and not AAAAAA=='],
])('says that %s is wrong where it is %s', (key, value, sentence) => {
  expect(read({ metadata: { ...metadata, [key]: value } })?.problem).toBe(`its metadata are wrong: ${sentence}`);
});
