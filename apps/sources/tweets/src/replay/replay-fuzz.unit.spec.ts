import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Tweet } from '@sluice/contracts';
import type { SourceItem } from '@sluice/source';
import { seededRandom } from '@sluice/random';
import { damagedLine, mostMiB, peakMiB } from '@sluice/source/testing';
import { expect, test } from 'vitest';
import { v1Line, v2Line } from '../testing/delivered-lines.ts';
import { replay, type ReplayObserver } from './replay.ts';

const seed = Number(process.env['REPLAY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const files = 120;
const lines = [
  v2Line,
  v1Line,
  { data: [v2Line.data, 5], includes: v2Line.includes, errors: [{}] },
  [v1Line, {}],
  { delete: {} },
];
function damagedFile(draw: (below: number) => number): Buffer {
  const parts = Array.from({ length: 1 + draw(6) }, () => {
    const line = damagedLine(JSON.stringify(lines[draw(lines.length)]), draw);
    return Buffer.concat([line, Buffer.from('\n')]);
  });
  const file = Buffer.concat(parts);
  const kind = draw(3);
  if (kind === 0) return file;
  const packed = gzipSync(file);
  return kind === 1 ? packed : packed.subarray(0, 10 + draw(packed.length - 10));
}

/** Gzip that unpacks to so much of one line, behind which another follows. */
const longLine = (mebibytes: number) =>
  Buffer.concat([
    ...Array.from({ length: mebibytes }, () => gzipSync(Buffer.alloc(2 ** 20, '['))),
    gzipSync(`\n${JSON.stringify(v2Line)}\n`),
  ]);

const observer = new Proxy({} as ReplayObserver, { get: () => () => {} });

async function itemsOf(path: string, cursor?: string): Promise<SourceItem<Tweet>[]> {
  const source = replay({ path, speed: 0, keywords: ['bts'], observer });
  const items: SourceItem<Tweet>[] = [];
  for await (const item of source.read({ signal: new AbortController().signal, cursor })) items.push(item);
  return items;
}

/** What an item is, and its cursor. */
const shown = (items: readonly SourceItem<Tweet>[]) =>
  items.map((item) => [
    'value' in item
      ? item.value.id
      : 'refused' in item
        ? `${item.refused.reason} ${item.refused.bytes.toString('hex')}`
        : '',
    item.cursor,
  ]);

test(
  `a damaged file is read to its end, and from each cursor on exactly what follows (seed ${seed})`,
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-replay-fuzz-'));
    try {
      const draw = seededRandom(seed).below;
      for (let n = 0; n < files; n++) {
        const file = damagedFile(draw);
        const path = join(folder, `${n}.json${file[0] === 0x1f && file[1] === 0x8b ? '.gz' : ''}`);
        writeFileSync(path, file);
        const startedMs = performance.now();
        const beforeMiB = peakMiB();
        const all = await itemsOf(path);
        expect(peakMiB() - beforeMiB, `seed ${seed}, file ${n}`).toBeLessThan(mostMiB);
        expect(performance.now() - startedMs, `seed ${seed}, file ${n}`).toBeLessThan(10_000);
        for (const [index, { cursor }] of all.entries())
          if (cursor !== undefined)
            expect(shown(await itemsOf(path, cursor)), `seed ${seed}, file ${n}`).toEqual(shown(all.slice(index + 1)));
        for (const item of all)
          if ('value' in item)
            expect(Number.isFinite(item.value.created_at.getTime()), `seed ${seed}, file ${n}`).toBe(true);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test(
  'a line of 600 MiB in a small gzip file takes no more memory than a long line may',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-replay-fuzz-'));
    try {
      const path = join(folder, '1.json.gz');
      writeFileSync(path, longLine(600));
      const beforeMiB = peakMiB();
      const items = await itemsOf(path);
      expect(items.map((item) => Object.keys(item).filter((key) => key !== 'cursor'))).toEqual([
        ['refused'],
        ['value'],
      ]);
      expect(peakMiB() - beforeMiB).toBeLessThan(mostMiB);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
