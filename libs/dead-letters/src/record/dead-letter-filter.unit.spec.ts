import { kafkaRecord } from '@sluice/kafka';
import { expect, it } from 'vitest';
import type { DeadLetterRecord } from './dead-letter-record.ts';
import { matches, type DeadLetterFilter } from './dead-letter-filter.ts';

const deadLetter: DeadLetterRecord = {
  topic: 'tweets.dlq',
  partition: 1,
  replays: 0,
  record: kafkaRecord({ offset: 7n, timestampMs: 0, key: null, value: null }),
  envelope: {
    by: 'elasticsearch',
    topic: 'tweets',
    partition: 2,
    offset: 70n,
    reason: 'Failed to parse field [lang]',
    errorClass: 'refused',
    attempts: 1,
    firstSeen: new Date(1_000),
    deadSince: new Date(2_000),
  },
};

it.each<[DeadLetterFilter, boolean]>([
  [{}, true],
  [{ by: 'elasticsearch', errorClass: 'refused', reason: 'FIELD [lang]' }, true],
  [{ by: 'elasticsearch', errorClass: 'undecodable' }, false],
  [{ by: 'elastic' }, false],
  [{ reason: '.*' }, false],
  [{ since: new Date(2_000) }, true],
  [{ since: new Date(2_001) }, false],
  [{ until: new Date(2_000) }, false],
  [{ until: new Date(2_001) }, true],
  [{ partition: 1, offset: 7n }, true],
  [{ partition: 2, offset: 70n }, false],
])('%o: %s', (filter, expected) => expect(matches(filter, deadLetter)).toBe(expected));
