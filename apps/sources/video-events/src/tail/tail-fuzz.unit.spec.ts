import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '@sluice/random';
import { expect, test } from 'vitest';
import { videoLine } from '../video-line.ts';
import { tail, type TailedLine } from './tail.ts';

const seed = Number(process.env['TAIL_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const [files, mostLines, maxLineBytes] = [150, 30, 1000];
const good = '{"board_id":"b","playtime":3.5,"timestamp":"2026-11-21T09:20:48.424Z","user_id":"아이돌","interest":"é"}';

/** Bytes that break readers: half characters, marks, zeros, line ends, brackets without end, numbers without end. */
const pieces = [
  ...[
    'efbbbf',
    'fffe',
    '00',
    '0000000000',
    '0d',
    '0d0a',
    '0a',
    '0a0a',
    'ed',
    'eda0bd',
    'c3',
    'f0908d',
    'c0af',
    'ff',
    'e2',
  ],
  ...['\\ud83d', '\\u00', '"', '{', '}', '['.repeat(400), '9'.repeat(400), '1e999', '\\', ':', 'x'.repeat(1500)].map(
    (text) => Buffer.from(text).toString('hex'),
  ),
].map((hex) => Buffer.from(hex, 'hex'));

/** Lines with a few changes each: a piece put in, bytes left out, or a bit flipped. */
function damagedFile(random: () => number, name: string): Buffer {
  const draw = (below: number) => Math.floor(random() * below);
  // Files that begin alike would be taken for copies of one log.
  const parts = [Buffer.from(`${name}\n`)];
  for (let n = draw(mostLines); n >= 0; n--) {
    let line = Buffer.from(good);
    for (let change = draw(4); change > 0; change--) {
      const at = draw(line.length + 1);
      const [before, after] = [line.subarray(0, at), line.subarray(at)];
      const kind = draw(3);
      if (kind === 0) line = Buffer.concat([before, pieces[draw(pieces.length)] ?? before, after]);
      else if (kind === 1) line = Buffer.concat([before, after.subarray(draw(20))]);
      else line = Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << draw(8))]), after.subarray(1)]);
    }
    parts.push(line, Buffer.from('\n'));
  }
  return Buffer.concat(parts);
}

/** What reading a damaged file, or one with a line without end, may add to the process. */
const mostMiB = 200;
const peakMiB = () => process.resourceUsage().maxRSS / 1024;

/** What the lines of a file are: parted at each newline, without the zeros at the beginning, cut where they are too long. */
function linesOf(file: Buffer): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let to = file.indexOf(0x0a); to !== -1; to = file.indexOf(0x0a, from)) {
    let start = from;
    while (file[start] === 0) start++;
    lines.push(`${start}: ${file.subarray(start, Math.min(to, start + maxLineBytes)).toString('hex')}`);
    from = to + 1;
  }
  return lines;
}

test(
  `damaged lines come byte for byte, once, and each is an event, blank, or refused (seed ${seed})`,
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-tail-fuzz-'));
    try {
      const random = seededRandom(seed).next;
      const expected = new Map<string, string[]>();
      for (let n = 0; n < files; n++) {
        const path = join(folder, `${n}.log`);
        const file = damagedFile(random, path);
        expected.set(path, linesOf(file));
        writeFileSync(path, file);
      }
      const total = [...expected.values()].flat().length;
      const found = new Map<string, string[]>();
      const options = {
        patterns: [join(folder, '*.log')],
        refreshMs: 1,
        maxLineBytes,
        maxFiles: 1000,
        closeAfterMs: 10,
      };
      let cursor: string | undefined;
      let count = 0;
      // Again and again from the cursor of any line.
      while (count < total) {
        const stop = new AbortController();
        const most = 1 + Math.floor(random() * 400);
        let last: TailedLine | undefined;
        let read = 0;
        for await (const line of tail({ ...options, onNotice: () => {} }, cursor, stop.signal)) {
          last = line;
          const texts = found.get(line.path) ?? [];
          found.set(line.path, [...texts, `${line.offset}: ${line.bytes.toString('hex')}`]);
          const startedMs = performance.now();
          const beforeMiB = peakMiB();
          expect(() => videoLine(line.bytes)).not.toThrow();
          expect(performance.now() - startedMs, 'a line takes no time to speak of').toBeLessThan(5_000);
          expect(peakMiB() - beforeMiB, `${line.path}, byte ${line.offset}`).toBeLessThan(mostMiB);
          count++;
          if (++read === most || count >= total) break;
        }
        cursor = last?.cursor();
      }
      expect(found).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test(
  'lines of 600 MiB, plain or packed into little, take no more memory than a long line may',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-tail-fuzz-'));
    try {
      const plain = join(folder, '1.log');
      // Its middle is a hole, which takes no disk.
      writeFileSync(plain, '[');
      truncateSync(plain, 600 * 2 ** 20);
      appendFileSync(plain, `\n${good}\n`);
      const member = gzipSync(Buffer.alloc(2 ** 20, '['));
      const packed = [...Array.from({ length: 600 }, () => member), gzipSync(`\n${good}\n`)];
      writeFileSync(join(folder, '2.log.gz'), Buffer.concat(packed));
      const options = { patterns: [join(folder, '*')], refreshMs: 1, maxLineBytes, maxFiles: 10, closeAfterMs: 10 };
      const beforeMiB = peakMiB();
      const stop = new AbortController();
      const lengths: Record<string, number[]> = {};
      for await (const line of tail({ ...options, onNotice: () => {} }, undefined, stop.signal)) {
        (lengths[basename(line.path)] ??= []).push(line.length);
        if (Object.values(lengths).flat().length === 4) stop.abort();
      }
      const expected = [600 * 2 ** 20, Buffer.byteLength(good)];
      expect(lengths).toEqual({ '1.log': expected, '2.log.gz': expected });
      expect(peakMiB() - beforeMiB).toBeLessThan(mostMiB);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
