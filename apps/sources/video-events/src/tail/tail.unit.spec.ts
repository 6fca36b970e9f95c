import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { eventually } from '@sluice/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TailedLine } from './read-piece.ts';
import type { TailNotice, TailOptions } from './tail-state.ts';
import { tail } from './tail.ts';

vi.setConfig({ testTimeout: 30_000 });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-tail-'));
});
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.stop()));
  rmSync(folder, { recursive: true });
});

interface Reader {
  read: TailedLine[];
  notices: TailNotice[];
  texts(): string[];
  /** @returns the cursor behind the last line */
  stop(): Promise<string | undefined>;
}
const readers: Reader[] = [];

function start(cursor?: string, options: Partial<TailOptions> = {}): Reader {
  const stopping = new AbortController();
  const read: TailedLine[] = [];
  const notices: TailNotice[] = [];
  const all: TailOptions = {
    patterns: [join(folder, '*.log*')],
    refreshMs: 5,
    maxLineBytes: 1000,
    maxFiles: 100,
    closeAfterMs: 30,
    onNotice: (notice) => notices.push(notice),
    ...options,
  };
  const running = (async () => {
    for await (const line of tail(all, cursor, stopping.signal)) read.push(line);
  })();
  running.catch(() => {});
  const reader: Reader = {
    read,
    notices,
    texts: () => read.map(({ bytes }) => bytes.toString()),
    async stop() {
      stopping.abort();
      await running;
      return read.at(-1)?.cursor() ?? cursor;
    },
  };
  readers.push(reader);
  return reader;
}

const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => appendFileSync(path(name), text);
/** Waits until the lines are there, and looks again when more could have come. */
async function expectLines(reader: Reader, lines: readonly string[]): Promise<void> {
  await eventually(() => expect(reader.read.length).toBeGreaterThanOrEqual(lines.length), 20_000, 5);
  await delay(60);
  expect(reader.texts().sort()).toEqual([...lines].sort());
}

describe('the lines of logs', () => {
  it('come with the identity of their log and the byte at which they begin', async () => {
    write('a.log', 'one\nzwei é\n\nthree\n');
    const reader = start();
    await expectLines(reader, ['one', 'zwei é', '', 'three']);
    expect(reader.read.map(({ offset }) => offset)).toEqual([0, 4, 12, 13]);
    expect(new Set(reader.read.map(({ logId }) => logId)).size).toBe(1);
    expect(reader.read[0]?.logId).toMatch(/^[0-9a-z]+-[0-9a-f]{12}$/);
  });

  it('come when their newline is there, not before', async () => {
    write('a.log', 'one\nha');
    const reader = start();
    await expectLines(reader, ['one']);
    write('a.log', 'l');
    await expectLines(reader, ['one']);
    write('a.log', 'f\n');
    await expectLines(reader, ['one', 'half']);
  });

  it('come from files that appear later, and once from a file with two names; folders are not files', async () => {
    mkdirSync(path('folder.log'));
    const reader = start();
    await delay(20);
    write('a.log', 'one\n');
    linkSync(path('a.log'), path('b.log'));
    await expectLines(reader, ['one']);
  });

  it('come when there is no file yet, which is reported once', async () => {
    const reader = start();
    const none = { kind: 'unmatched', patterns: [path('*.log*')] };
    await eventually(() => expect(reader.notices).toEqual([none]), 20_000, 5);
    write('a.log', 'one\n');
    await expectLines(reader, ['one']);
    await reader.stop();
    await expectLines(start(), ['one']);
    expect(reader.notices).toEqual([none, { kind: 'unmatched', patterns: [] }]);
  });

  it('come through links to folders, wherever they are in a pattern, and also where links form a circle', async () => {
    mkdirSync(path('volume/deep/er'), { recursive: true });
    mkdirSync(path('logs'));
    write('volume/player.log', 'one\n');
    write('volume/deep/er/player.log', 'two, which is deep\n');
    symlinkSync(path('volume'), path('logs/pod-1'));
    symlinkSync(path('logs'), path('volume/deep/back'));
    await expectLines(start(undefined, { patterns: [path('logs/*/player.log*')] }), ['one']);
    await expectLines(start(undefined, { patterns: [path('logs/pod-*/d*p/*/player.log')] }), ['two, which is deep']);
    const all = start(undefined, { patterns: [path('logs/**/player.log')] });
    await eventually(() => expect(all.texts().toSorted()).toEqual(['one', 'two, which is deep']), 20_000, 5);
  });

  it('come from a path that exists, whatever characters it has', async () => {
    mkdirSync(path('a[1]{x}*'));
    write('a[1]{x}*/b?.log', 'one\n');
    await expectLines(start(undefined, { patterns: [path('a[1]{x}*/b?.log')] }), ['one']);
  });

  it('come from the patterns that match, and each that does not is named, again when it changes', async () => {
    write('a.log', 'one\n');
    mkdirSync(path('folder'));
    const patterns = ['a.log', 'b.log', 'folder', 'missing/*.log'].map(path);
    const reader = start(undefined, { patterns });
    await expectLines(reader, ['one']);
    write('b.log', 'the second\n');
    await expectLines(reader, ['one', 'the second']);
    const named = (...names: string[]) => ({ kind: 'unmatched', patterns: names.map(path) });
    expect(reader.notices).toEqual([named('b.log', 'folder', 'missing/*.log'), named('folder', 'missing/*.log')]);
  });

  it('of many small files are given out together, and a large file waits for one turn of each at most', async () => {
    const small = 600;
    for (let n = 0; n < small; n++) write(`small-${n}.log`, `small ${n}\n`);
    write('zlarge.log', Array.from({ length: 20_000 }, (_, n) => `large ${n} ${'x'.repeat(50)}\n`).join(''));
    const stopping = new AbortController();
    let tick = 0;
    const ticking = setInterval(() => tick++, 0);
    const ticks = new Set<number>();
    let [read, largeBefore] = [0, 0];
    const options = { patterns: [path('*.log')], refreshMs: 60_000, maxLineBytes: 1000, maxFiles: 1000 };
    for await (const { bytes } of tail(
      { ...options, closeAfterMs: 30, onNotice: () => {} },
      undefined,
      stopping.signal,
    )) {
      if (bytes.toString().startsWith('large')) largeBefore++;
      else {
        ticks.add(tick);
        // Lines that come one after the other without a wait go into one request.
        if (++read === small) break;
      }
    }
    clearInterval(ticking);
    expect(ticks.size).toBeLessThan(10);
    // 256 KiB are 4,400 of its lines.
    expect(largeBefore).toBeLessThan(5_000);
  });

  it('continue behind the cursor of any line', async () => {
    write('a.log', 'one\ntwo\nthree\n');
    write('b.log', 'four\nfive\n');
    const first = start();
    await expectLines(first, ['one', 'two', 'three', 'four', 'five']);
    await first.stop();
    for (const [index, line] of first.read.entries()) {
      const second = start(line.cursor());
      await expectLines(second, first.texts().slice(index + 1));
    }
  });

  it('come from a file that was renamed, and from the one that got its name', async () => {
    write('a.log', 'one\n');
    const cursor = await expectLines(start(), ['one']).then(() => readers[0]?.stop());
    write('a.log', 'two\n');
    renameSync(path('a.log'), path('a.log.1'));
    write('a.log', 'three\n');
    const reader = start(cursor);
    await expectLines(reader, ['two', 'three']);
    write('a.log.1', 'four\n');
    await expectLines(reader, ['two', 'three', 'four']);
  });

  it('of a file that is deleted while it is open come to its end, and what follows the last newline as a line', async () => {
    write('a.log', 'one\n');
    const reader = start();
    await expectLines(reader, ['one']);
    write('a.log', 'two\nthree');
    rmSync(path('a.log'));
    await expectLines(reader, ['one', 'two', 'three']);
  });

  it('of two files that begin with the same line are those of both, when they differ', async () => {
    write('a.log', 'same\na2\n');
    write('b.log', 'same\nb2\n');
    await expectLines(start(), ['same', 'a2', 'same', 'b2']);
  });

  it('of two files that begin with the same kilobyte are those of both, when they differ behind it', async () => {
    const same = Array.from({ length: 200 }, (_, index) => `line ${index}`);
    const other = [...same.slice(0, 150), 'other', ...same];
    write('a.log', `${same.join('\n')}\n`);
    const first = start();
    await expectLines(first, same);
    const cursor = await first.stop();
    rmSync(path('a.log'));
    write('b.log', `${other.join('\n')}\n`);
    await expectLines(start(cursor), other);
  });

  it('of a file that is cut short come again, as those of another log', async () => {
    write('a.log', 'one\ntwo\n');
    const reader = start();
    await expectLines(reader, ['one', 'two']);
    truncateSync(path('a.log'), 4);
    await expectLines(reader, ['one', 'two', 'one']);
    expect(new Set(reader.read.map(({ logId }) => logId)).size).toBe(2);
  });
});

describe('copying and truncating', () => {
  it('loses what is written between the two and was not read, and nothing else', async () => {
    write('a.log', 'one\n');
    const first = start();
    await expectLines(first, ['one']);
    const cursor = await first.stop();
    write('a.log', 'two\n');
    copyFileSync(path('a.log'), path('a.log.1'));
    write('a.log', 'between\n');
    truncateSync(path('a.log'), 0);
    write('a.log', 'three\n');
    await expectLines(start(cursor), ['two', 'three']);
  });

  it('is noticed when the file is longer than before by then', async () => {
    write('a.log', 'one\n');
    const first = start();
    await expectLines(first, ['one']);
    const cursor = await first.stop();
    copyFileSync(path('a.log'), path('a.log.1'));
    writeFileSync(path('a.log'), 'another\nand more\n');
    await expectLines(start(cursor), ['another', 'and more']);
  });

  it('does not bring a line twice that was read between the two', async () => {
    write('a.log', 'one\n');
    const reader = start();
    await expectLines(reader, ['one']);
    copyFileSync(path('a.log'), path('a.log.1'));
    write('a.log', 'between\n');
    await expectLines(reader, ['one', 'between']);
    truncateSync(path('a.log'), 0);
    write('a.log', 'two\n');
    await expectLines(reader, ['one', 'between', 'two']);
    const cursor = await reader.stop();
    await expectLines(start(cursor), []);
  });

  it('may leave a hole of zeros, which is not a line', async () => {
    write('a.log', 'x\n');
    const reader = start();
    await expectLines(reader, ['x']);
    const hole = Buffer.alloc(600_000);
    writeFileSync(path('b.log'), Buffer.concat([hole, Buffer.from('behind\n')]));
    await expectLines(reader, ['x', 'behind']);
    expect(reader.read.at(-1)?.offset).toBe(600_000);
  });
});

describe('compressed files', () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index} ${'.'.repeat(90)}`);
  const asText = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

  it('are read, once, to the end of their last line', async () => {
    const lines = numbered(6_000);
    writeFileSync(path('a.log.1.gz'), gzipSync(`${asText(lines)}end`));
    const reader = start();
    await expectLines(reader, [...lines, 'end']);
    await expectLines(start(await reader.stop()), []);
  });

  it('are not read where their content was read before they were compressed, and continue where it was not', async () => {
    write('a.log', asText(numbered(100)));
    const first = start();
    await expectLines(first, numbered(100));
    const cursor = await first.stop();
    write('a.log', 'more\n');
    const packed = gzipSync(`${asText(numbered(100))}more\n`);
    rmSync(path('a.log'));
    writeFileSync(path('a.log.1.gz'), packed);
    const second = start(cursor);
    await expectLines(second, ['more']);
    renameSync(path('a.log.1.gz'), path('a.log.2.gz'));
    await expectLines(start(await second.stop()), []);
  });

  it('wait while the plain file is there', async () => {
    write('a.log', asText(numbered(100)));
    const reader = start();
    await expectLines(reader, numbered(100));
    const packed = gzipSync(asText(numbered(100)));
    writeFileSync(path('a.log.gz'), packed.subarray(0, packed.length / 2));
    await delay(50);
    writeFileSync(path('a.log.gz'), packed);
    await delay(50);
    rmSync(path('a.log'));
    await expectLines(reader, numbered(100));
  });

  it('that are broken off are read to there, and on when they are whole', async () => {
    const lines = numbered(6_000);
    const packed = gzipSync(asText(lines));
    writeFileSync(path('a.log.gz'), packed.subarray(0, packed.length / 2));
    const reader = start();
    await eventually(() => expect(reader.notices).toMatchObject([{ kind: 'broken' }]));
    expect(reader.read.length).toBeLessThan(lines.length);
    writeFileSync(path('a.log.gz'), packed);
    await expectLines(reader, lines);
  });
});

describe('what is bounded', () => {
  it('is a line: of a longer one the beginning comes, and its length', async () => {
    const reader = start();
    write('a.log', `${'x'.repeat(5_000_000)}`);
    await delay(50);
    write('a.log', `${'y'.repeat(300_000)}\nshort\n`);
    await expectLines(reader, ['x'.repeat(1000), 'short']);
    expect(reader.read.map(({ offset, length }) => [offset, length])).toEqual([
      [0, 5_300_000],
      [5_300_001, 5],
    ]);
  });

  it('is the number of files: the others wait', async () => {
    for (let file = 0; file < 4; file++) write(`${file}.log`, `line ${file}\n`);
    const reader = start(undefined, { maxFiles: 3 });
    await eventually(() => expect(reader.notices).toMatchObject([{ kind: 'waiting', files: 1 }]));
    // The notice comes before the lines; a fourth could come later.
    await eventually(() => expect(reader.texts()).toHaveLength(3));
    await delay(60);
    expect(reader.texts()).toHaveLength(3);
    for (const line of reader.read) rmSync(line.path);
    await eventually(() => expect(reader.texts()).toHaveLength(4));
    expect(reader.notices).toMatchObject([{ files: 1 }, { files: 0 }]);
  });

  it('is memory: of compressed files that have been read nothing is kept (G5)', async () => {
    const files = 40;
    const text = Array.from({ length: 300 }, (_, n) => `${n} ${'x'.repeat(900)}\n`).join('');
    for (let n = 0; n < files; n++) writeFileSync(path(`a.log.${n}.gz`), gzipSync(`${n}\n${text}end\n`));
    setFlagsFromString('--expose_gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const bytes = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = bytes();
    const options = { patterns: [path('*')], refreshMs: 5, maxLineBytes: 1000, maxFiles: 100, closeAfterMs: 30 };
    const lines = tail({ ...options, onNotice: () => {} }, undefined, new AbortController().signal);
    for (let ended = 0; ended < files;) if ((await lines.next()).value?.bytes.toString() === 'end') ended++;
    // A piece is a quarter of a MiB: one of each would be 10.
    await eventually(() => expect(bytes() - before).toBeLessThan(3 * 1024 * 1024), 10_000);
    await lines.return(undefined);
  });

  it('is the cursor: logs that went long ago are forgotten', async () => {
    const reader = start(undefined, { closeAfterMs: 0 });
    for (let file = 0; file < 300; file += 50) {
      const names = Array.from({ length: 50 }, (_, index) => `${file + index}.log`);
      for (const name of names) write(name, `line of ${name}\n`);
      await eventually(() => expect(reader.texts()).toHaveLength(file + 50));
      for (const name of names) rmSync(path(name));
      await delay(50);
    }
    // The last files are forgotten when they have been closed, and another look has been taken.
    await eventually(() => {
      appendFileSync(path('last.log'), 'last\n');
      const cursor = reader.read.at(-1)?.cursor() ?? '';
      expect((JSON.parse(cursor) as { logs: unknown[] }).logs.length).toBeLessThanOrEqual(201);
      expect(cursor.length).toBeLessThan(201 * 200);
    });
    expect(reader.texts()).toContain('last');
  });
});

it('refuses a cursor of another source', async () => {
  for (const cursor of ['{}', '{"version":2}', '{"version":1,"logs":[["x"]]}', 'nonsense'])
    await expect(tail({ ...({} as TailOptions) }, cursor, AbortSignal.timeout(1)).next()).rejects.toThrow();
});
