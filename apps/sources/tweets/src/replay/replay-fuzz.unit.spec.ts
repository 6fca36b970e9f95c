import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Tweet } from '@sluice/contracts';
import type { SourceItem } from '@sluice/source';
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
const pieces = [
  '\uFEFF',
  '\0',
  '\r',
  '\n',
  '\\ud83d',
  '"',
  '{',
  '}',
  ']',
  '['.repeat(2000),
  '9'.repeat(400),
  '1e999',
  '\\',
  ':null,',
];

/** Random numbers that a seed repeats (MINSTD). */
function draws(): (below: number) => number {
  let state = (seed % 2147483646) + 1;
  return (below) => Math.floor(((state = (state * 48271) % 2147483647) / 2147483647) * below);
}

function damagedFile(draw: (below: number) => number): Buffer {
  const parts = Array.from({ length: 1 + draw(6) }, () => {
    let line: Buffer = Buffer.from(JSON.stringify(lines[draw(lines.length)]));
    for (let change = draw(4); change > 0; change--) {
      const at = draw(line.length + 1);
      const [before, after] = [line.subarray(0, at), line.subarray(at)];
      const kind = draw(4);
      if (kind === 0) line = Buffer.concat([before, Buffer.from(pieces[draw(pieces.length)] ?? ''), after]);
      else if (kind === 1) line = Buffer.concat([before, after.subarray(draw(50))]);
      else if (kind === 2) line = Buffer.concat([before, Buffer.from([0x80 + draw(128)]), after]);
      else line = Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << draw(8))]), after.subarray(1)]);
    }
    return Buffer.concat([line, Buffer.from('\n')]);
  });
  const file = Buffer.concat(parts);
  const kind = draw(3);
  if (kind === 0) return file;
  const packed = gzipSync(file);
  return kind === 1 ? packed : packed.subarray(0, 10 + draw(packed.length - 10));
}

/** What reading a damaged file of some kilobytes, or one that unpacks to much more, may add to the process. */
const mostMiB = 200;
const peakMiB = () => process.resourceUsage().maxRSS / 1024;

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
      const draw = draws();
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
