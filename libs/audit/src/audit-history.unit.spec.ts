import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readAudits, rememberAudit } from './audit-history.ts';
import { noCounts, type TopicAudit } from './topic-audit.ts';

const audit: TopicAudit = {
  ...{ ok: false, topic: 'tweets', destination: 'gcs', group: 'gcs', partitions: [] },
  ...{ lost: [{ partition: 0, offset: '7', id: 'secret' }], duplicates: [], changed: [], unknown: [] },
  totals: { ...noCounts(), events: 10, lost: 1, documents: 9, unknown: 0, notYetDelivered: 0, expired: 0 },
  notInKafkaAnyMore: 0,
  ...{ skipped: [], unreadable: [] },
};

it('keeps the newest audits, in counts and sentences, and leaves out a line that was cut off', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audits-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'below', 'audits.jsonl');
  expect(await readAudits(file, 10)).toEqual([]);
  for (const atMs of [1, 2, 3])
    await rememberAudit(file, { atMs, tookMs: 5, command: 'sluice audit' }, [audit], () => ['one is lost']);
  await appendFile(file, '{"atMs":4,');
  const found = await readAudits(file, 3);
  expect(found.map(({ atMs }) => atMs)).toEqual([3, 2]);
  expect(found[0]?.topics[0]).toMatchObject({
    topic: 'tweets',
    ok: false,
    findings: ['one is lost'],
    totals: { events: 10 },
  });
  expect(JSON.stringify(found)).not.toContain('secret');
});
