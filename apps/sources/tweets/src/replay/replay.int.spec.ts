import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tweet } from '@sluice/contracts';
import type { SourceItem } from '@sluice/source';
import { v1Line, v2Line } from '../testing/delivered-lines.ts';
import { replay } from './replay.ts';

/** Three bare tweets of API v2. */
const bzipped = Buffer.from(
  'QlpoOTFBWSZTWZaq0P4AAJ3b6QAQUAd/cAQQvmCWWgQEggIEAAAMMAC4Rn6oBoNBoAGEGNQw0MmQMjEGJk0NMDaiT1TKfpTQ3qJ5NQPanqmA5HwJQMMipjPH/GHaXoJaI1Q4lYYzPYSvRgXNQbKgydKg3qOQSNmA8DDmZdKQxkiZeURM+SaNg5BeSMzAzHJpEDkDlCpofpeJaocuMhKCDUqVNSwxBYcmWLEHQ6DwUAeCCgQ/F3JFOFCQlqrQ/g==',
  'base64',
);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const observer = () => {
  const counts = { skipped: [] as string[], tweets: 0, notices: 0, unreadable: 0, ended: 0, alreadyEnded: 0 };
  return {
    counts,
    begins: () => {},
    skips: (names: readonly string[]) => void counts.skipped.push(...names),
    tweet: () => void counts.tweets++,
    notice: () => void counts.notices++,
    unreadable: () => void counts.unreadable++,
    progress: () => {},
    ends: () => void counts.ended++,
    alreadyEnded: () => void counts.alreadyEnded++,
  };
};

async function items(options: { cursor?: string; most?: number; speed?: number } = {}) {
  const seen = observer();
  const source = replay({ path: folder, speed: options.speed ?? 0, keywords: ['아이돌'], observer: seen });
  const found: SourceItem<Tweet>[] = [];
  const read = source.read({ signal: new AbortController().signal, cursor: options.cursor });
  for await (const item of read) {
    found.push(item);
    if (found.length === options.most) break;
  }
  return { found, counts: seen.counts };
}

const ids = (found: readonly SourceItem<Tweet>[]) =>
  found.map((item) => ('value' in item ? item.value.id : 'refused' in item ? item.refused.reason : ''));

const bare = (number: number) =>
  JSON.stringify({ id: String(number), text: 'x', author_id: '1', created_at: '2021-01-06T00:00:00Z' });

describe('a replay', () => {
  it('reads plain, gzip and bzip2 files of both APIs, in the order of their names, and names the others', async () => {
    writeFileSync(join(folder, 'b.jsonl'), `${JSON.stringify(v2Line)}\r\n\n${JSON.stringify(v1Line)}`);
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a', '1.json.gz'), gzipSync(`${bare(1)}\n${bare(2)}\n`));
    writeFileSync(join(folder, 'c.json.bz2'), bzipped);
    symlinkSync(join(folder, 'c.json.bz2'), join(folder, 'd.json.bz2'));
    for (const name of ['notes.md', 'tweets.bz2', join('a', '2.json.zst'), '.hidden'])
      writeFileSync(join(folder, name), '');
    symlinkSync(join(folder, 'nothing'), join(folder, 'e.json'));
    symlinkSync(join(folder, 'a'), join(folder, 'f'));
    const { found, counts } = await items();
    expect(ids(found)).toEqual([
      '1',
      '2',
      '1346889436626259968',
      '1050118621198921728',
      '1346889436626259000',
      '1346889436626259001',
      '1346889436626259002',
      '1346889436626259000',
      '1346889436626259001',
      '1346889436626259002',
    ]);
    expect(counts).toMatchObject({ tweets: 10, ended: 1 });
    expect(counts.skipped).toEqual(['a/2.json.zst', 'e.json', 'f', 'notes.md', 'tweets.bz2']);
    const [last] = found.slice(-1);
    expect(last).toMatchObject({ value: { delivered_by: 'REPLAY', matched_keywords: ['아이돌'] } });
  });

  it('continues behind any item, with exactly those that follow', async () => {
    writeFileSync(join(folder, 'a.jsonl'), [1, 2, 3].map(bare).join('\n'));
    writeFileSync(join(folder, 'b.jsonl.gz'), gzipSync([4, 5, 6].map((n) => `${bare(n)}\n`).join('')));
    writeFileSync(join(folder, 'c.json.bz2'), bzipped);
    const { found: all } = await items();
    for (let most = 1; most <= all.length; most++) {
      const { found } = await items({ most });
      const cursor = found.at(-1)?.cursor ?? '';
      expect(ids((await items({ cursor })).found)).toEqual(ids(all).slice(most));
    }
  });

  it('that had ended says so, and begins again with another path', async () => {
    writeFileSync(join(folder, 'a.jsonl'), bare(1));
    const cursor = (await items()).found.at(-1)?.cursor ?? '';
    expect((await items({ cursor })).counts).toMatchObject({ tweets: 0, ended: 0, alreadyEnded: 1 });
    expect((await items({ cursor: cursor.replace('"path":"', '"path":"/other') })).counts.tweets).toBe(1);
  });

  it('makes a dead letter of a line that is not a tweet, and skips control messages', async () => {
    writeFileSync(join(folder, 'a.jsonl'), `${bare(1)}\nno JSON\n{"delete":{"status":{"id":1}}}\n${bare(2)}\n`);
    const { found, counts } = await items();
    expect(ids(found)).toEqual(['1', 'it is not JSON', '2']);
    expect(found[1]).toMatchObject({
      refused: { bytes: Buffer.from('no JSON'), origin: `${join(folder, 'a.jsonl')}, byte ${bare(1).length + 1}` },
    });
    expect(counts).toMatchObject({ tweets: 2, notices: 1, unreadable: 1 });
  });

  it.each([
    ['gz', gzipSync(Array.from({ length: 20_000 }, (_, n) => `${bare(n + 1)}\n`).join(''))],
    ['bz2', bzipped],
  ])('makes a dead letter of a .%s file that breaks off, and continues with the next', async (kind, bytes) => {
    writeFileSync(join(folder, `a.json.${kind}`), bytes.subarray(0, -10));
    writeFileSync(join(folder, 'b.jsonl'), bare(99_999));
    const { found } = await items();
    expect(ids(found).at(-1)).toBe('99999');
    expect(ids(found).at(-2)).toContain('the file breaks off');
    expect(ids((await items({ cursor: found.at(-2)?.cursor ?? '' })).found)).toEqual(['99999']);
  });

  it('continues in a file that has grown', async () => {
    writeFileSync(join(folder, 'a.jsonl'), `${bare(1)}\n`);
    const cursor = (await items()).found.at(-1)?.cursor ?? '';
    appendFileSync(join(folder, 'a.jsonl'), `${bare(2)}\n`);
    expect(ids((await items({ cursor })).found)).toEqual(['2']);
  });

  it('as recorded takes as long as between the first and the last tweet', async () => {
    const at = (ms: number) =>
      JSON.stringify({ id: '5', text: 'x', author_id: '1', created_at: new Date(ms).toISOString() });
    writeFileSync(join(folder, 'a.jsonl'), [0, 10_000, 5_000, 20_000].map(at).join('\n'));
    const startedMs = performance.now();
    await items({ speed: 100 });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(199);
  });
});
