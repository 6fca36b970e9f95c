import { expect, it } from 'vitest';
import { auditVerdict, findingLines } from './audit-report.ts';
import type { TopicAudit } from '@sluice/audit';

const zeros = { records: 0, events: 0, delivered: 0, deadLetters: 0, lost: 0, duplicates: 0, changed: 0 };
const clean: TopicAudit = {
  ok: true,
  topic: 'tweets',
  destination: 'elasticsearch',
  group: 'elasticsearch',
  totals: { ...zeros, events: 1_234, documents: 1_232, deadLetters: 2, unknown: 0, notYetDelivered: 0, expired: 0 },
  partitions: [],
  ...{ lost: [], duplicates: [], changed: [], unknown: [] },
  ...{ skipped: [], unreadable: [] },
  notInKafkaAnyMore: 0,
};
const at = (offset: number) => ({ partition: 2, offset: String(offset), id: `i-${offset}` });

it('names each finding with where it is', () => {
  const lines = findingLines({
    ...clean,
    totals: { ...clean.totals, lost: 1, duplicates: 1, changed: 2, unknown: 1 },
    lost: [at(17)],
    duplicates: [{ ...at(18), places: ['tweets-1', 'tweets-2'] }],
    changed: [
      { ...at(19), place: 'tweets-1', fields: ['text'] },
      { ...at(20), place: 'tweets-1', expectedPlace: 'tweets-2' },
    ],
    unknown: [{ id: 'evil\n\u001b[31m', place: 'tweets-1' }],
  });
  expect(lines).toEqual([
    'lost: tweets partition 2 offset 17 id i-17 is not in elasticsearch',
    'duplicate: tweets partition 2 offset 18 id i-18 is in tweets-1 and in tweets-2',
    'changed: tweets partition 2 offset 19 id i-19 in tweets-1: differs in text',
    'changed: tweets partition 2 offset 20 id i-20 in tweets-1: belongs into tweets-2',
    'unknown: tweets id evil��[31m in tweets-1 is in no record',
  ]);
});

it('names what Kafka deleted before it was delivered', () => {
  const counts = { ...zeros, notYetDelivered: 0, to: '20' };
  const found: TopicAudit = {
    ...clean,
    ok: false,
    totals: { ...clean.totals, expired: 1_016 },
    partitions: [
      { ...counts, partition: 0, first: '0', expired: 0 },
      { ...counts, partition: 1, first: '1016', expired: 1_016 },
    ],
  };
  expect(findingLines(found)).toEqual([
    'expired: tweets partition 1 begins at offset 1016: Kafka deleted 1,016 offsets before it that the group elasticsearch had not delivered; raise retention.ms of the topic',
  ]);
  expect(auditVerdict(found)).toBe(
    'tweets in elasticsearch: 1,016 expired: Kafka deleted them before the group elasticsearch had delivered them.',
  );
});

it('says what was skipped by decision, and fails for what cannot be read and nobody has skipped', () => {
  const skipped = [{ partition: 0, from: '5', to: '8' }];
  expect(auditVerdict({ ...clean, skipped })).toMatch(
    /once, as it was published\. 3 offsets were skipped by decision, with sluice skip\.$/,
  );
  const found = {
    ...clean,
    ok: false,
    unreadable: [{ partition: 1, from: '7', to: '9', reason: 'its checksum is wrong' }],
  };
  expect(findingLines(found)).toEqual([
    'unreadable: tweets partition 1 offsets 7 to 8 are not compared: its checksum is wrong',
  ]);
  expect(auditVerdict(found)).toBe('tweets in elasticsearch: 2 unreadable in Kafka.');
});

it('names twenty findings and counts the rest', () => {
  const lost = Array.from({ length: 30 }, (_, n) => at(n));
  const lines = findingLines({ ...clean, totals: { ...clean.totals, lost: 1_030 }, lost });
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe('… and 1,010 more: --json names them');
});

it('says in one sentence how it stands', () => {
  expect(auditVerdict(clean)).toBe(
    'tweets: 1,234 events are settled, 2 of them as dead letters; each of the others is in elasticsearch once, as it was published.',
  );
  const late = { ...clean, ok: false, totals: { ...clean.totals, notYetDelivered: 9, lost: 1 } };
  expect(auditVerdict(late)).toBe('tweets in elasticsearch: 1 lost, 9 not yet delivered by the group elasticsearch.');
  expect(auditVerdict({ ...clean, notInKafkaAnyMore: 5 })).toContain('5 documents have no record');
});

it('names faults of objects, and a row that is there more than once', () => {
  const faults = [{ kind: 'gap', object: 'tweets/x.json.gz', reason: 'no object holds the offsets 3 to 4' }] as const;
  const found: TopicAudit = {
    ...clean,
    ok: false,
    destination: 'gcs',
    totals: { ...clean.totals, duplicates: 1 },
    duplicates: [{ ...at(18), places: ['sluice.tweets', 'sluice.tweets', 'the dead letters'] }],
    objects: { count: 3, beyondCut: 0, notInKafkaAnyMore: 0, faultCount: 1, faults: [...faults] },
  };
  expect(findingLines(found)).toEqual([
    'gap: tweets/x.json.gz: no object holds the offsets 3 to 4',
    'duplicate: tweets partition 2 offset 18 id i-18 is in sluice.tweets 2 times and in the dead letters',
  ]);
  expect(auditVerdict(found)).toBe('tweets in gcs: 1 duplicate, 1 fault of an object. 3 objects were read.');
});

it('says when only a sample of rows was read', () => {
  const contents = { compared: 1_000, full: false, beyondCut: 0 };
  const found = { ...clean, totals: { ...clean.totals, delivered: 1_232 }, destination: 'bigquery' };
  expect(auditVerdict({ ...found, contents: { ...contents, compared: 1_232 } })).not.toContain('contents');
  expect(auditVerdict({ ...found, contents })).toMatch(
    / Of 1,000 rows the contents were compared: --full compares all\.$/,
  );
});
