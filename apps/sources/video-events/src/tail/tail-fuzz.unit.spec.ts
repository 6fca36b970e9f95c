import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '@sluice/random';
import { damagedLine, mostMiB, peakMiB } from '@sluice/source/testing';
import { expect, test } from 'vitest';
import { videoLine } from '../video-line.ts';
import type { TailedLine } from './read-piece.ts';
import { tail } from './tail.ts';

const seed = Number(process.env['TAIL_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const [files, mostLines, maxLineBytes] = [150, 30, 1000];
const good = '{"board_id":"b","playtime":3.5,"timestamp":"2026-11-21T09:20:48.424Z","user_id":"아이돌","interest":"é"}';

function damagedFile(draw: (below: number) => number, name: string): Buffer {
  const lines = Array.from({ length: 1 + draw(mostLines) }, () => damagedLine(good, draw));
  // Files that begin alike would be taken for copies of one log.
  return Buffer.concat([Buffer.from(name), ...lines].flatMap((line) => [line, Buffer.from('\n')]));
}

/** The lines of a file as the tail should give them: without zeros at the beginning, and cut where they are too long. */
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
      const draw = seededRandom(seed).below;
      const expected = new Map<string, string[]>();
      for (let n = 0; n < files; n++) {
        const path = join(folder, `${n}.log`);
        const file = damagedFile(draw, path);
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
        const most = 1 + draw(400);
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
