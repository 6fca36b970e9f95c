import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { latestResults, readAudits, rememberAudit, type PastAudit } from './audit-history.ts';
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
    await rememberAudit(file, { atMs, tookMs: 5, command: 'sluice audit', isWhole: true }, [audit], () => [
      'one is lost',
    ]);
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

it('keeps a file of bounded size', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audits-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'audits.jsonl');
  const call = { tookMs: 5, command: 'sluice audit', isWhole: true };
  await appendFile(file, `${JSON.stringify({ atMs: 1, text: 'x'.repeat(8 * 1024 * 1024) })}\n`);
  for (let n = 0; n < 199; n++) await appendFile(file, '{"atMs":2}\n');
  await rememberAudit(file, { ...call, atMs: 3 }, [audit], () => []);
  expect((await stat(file)).size).toBeLessThan(100_000);
  const kept = await readAudits(file, 1_000);
  expect(kept).toHaveLength(200);
  expect([kept[0]?.atMs, kept.at(-1)?.atMs]).toEqual([3, 2]);
});

describe('the latest results', () => {
  const { topic, totals } = audit;
  const at = (atMs: number, isWhole: boolean, ...destinations: string[]): PastAudit => ({
    ...{ atMs, tookMs: 1, command: 'sluice audit', isWhole },
    topics: destinations.map((destination) => ({
      ...{ topic, destination, ok: true, totals, faultyObjects: 0, unreadable: 0, findings: [] },
    })),
  });
  const latest = (...runs: PastAudit[]) =>
    latestResults(runs).map(({ destination, atMs }) => [destination, atMs] as const);

  it('are the newest of each topic and destination', () =>
    expect(latest(at(3, false, 'gcs'), at(2, true, 'gcs', 'bigquery'))).toEqual([
      ['gcs', 3],
      ['bigquery', 2],
    ]));

  it('do not have what an audit of everything no longer names', () =>
    expect(latest(at(2, true, 'gcs'), at(1, true, 'gcs', 'bigquery'))).toEqual([['gcs', 2]]));
});
