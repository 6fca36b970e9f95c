import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Log files that are rotated in every way, and what was written to them. Each line is an event with a board of its own. */
export interface TorturedLogs {
  /** One round: some lines and one maltreatment. @returns what it did */
  round(): string;
  /** Ends what is half done: half-written lines, compressions, programs that still write to a renamed file. */
  calm(): void;
  /** Lines that must become events: their boards. */
  readonly promised: ReadonlySet<string>;
  /** Lines that copying and truncating may lose: written between the two, or torn by them. */
  readonly atRisk: ReadonlySet<string>;
  /** Marks of the lines that are no events: each must be in one dead letter. */
  readonly bad: ReadonlySet<string>;
  /** How often what was done. */
  readonly done: Readonly<Record<string, number>>;
}

interface Line {
  name: string;
  bytes: Buffer;
}

/** A file that a program writes to, and what is in it. */
interface Log {
  path: string;
  fd: number;
  /** Where it writes next, of a program that does not append; else undefined. */
  place: number | undefined;
  lines: string[];
  /** The rest of a line of which half is written. */
  half: Line | undefined;
  isPlain: boolean;
}

/**
 * @param options.random numbers from 0 to 1
 * @param options.maxLineBytes of the reader: some lines are longer
 * @param options.hasArrived whether a line, known by its board, is safe: files are deleted only when all of theirs are
 */
export function torturedLogs(options: {
  folder: string;
  random: () => number;
  maxLineBytes: number;
  hasArrived: (board: string) => boolean;
  /** What all boards and marks begin with: of letters, digits and hyphens. */
  run: string;
}): TorturedLogs {
  const { folder, random, maxLineBytes, hasArrived, run } = options;
  const [promised, atRisk, bad] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const done: Record<string, number> = {};
  const upTo = (count: number) => Math.floor(random() * count);
  const chance = (probability: number) => random() < probability;
  let counter = 0;

  const families: { log: Log }[] = [];
  /** Programs that go on writing to a file that was renamed, and files that are not written to any more. */
  let lingering: Log[] = [];
  let rotated: Log[] = [];
  let compressing: (() => void)[] = [];

  const open = (path: string, appends: boolean): Log => ({
    path,
    fd: openSync(path, appends ? 'a' : 'w'),
    place: appends ? undefined : 0,
    lines: [],
    half: undefined,
    isPlain: true,
  });
  const put = (log: Log, bytes: Buffer) => {
    if (log.place === undefined) return void writeSync(log.fd, bytes);
    writeSync(log.fd, bytes, 0, bytes.length, log.place);
    log.place += bytes.length;
  };
  const eventLine = (): Line => {
    const name = `${run}-${counter++}`;
    const text = ['é', '漢字', '🙂', 'plain'][upTo(4)] ?? '';
    const event = {
      board_id: name,
      playtime: upTo(16),
      timestamp: new Date().toISOString(),
      user_id: `user-${upTo(100)}`,
      interest: text.repeat(1 + upTo(chance(0.05) ? maxLineBytes / 64 : 5)),
    };
    return { name, bytes: Buffer.from(`${JSON.stringify(event)}${chance(0.1) ? '\r' : ''}\n`) };
  };
  const badLine = (): Buffer => {
    const mark = `${run}-bad-${counter++}.`;
    bad.add(mark);
    const kinds = [
      () => Buffer.from(`${mark} is no JSON\n`),
      () => Buffer.from(`{"board_id":"${mark}","playtime":99}\n`),
      () => Buffer.concat([Buffer.from(mark), Buffer.from([0xff, 0xc3, 0x28, 0x0a])]),
      () => Buffer.from(`${mark}${'x'.repeat(maxLineBytes * (1 + upTo(12)))}\n`),
    ];
    return (kinds[upTo(kinds.length)] ?? kinds[0])?.() ?? Buffer.alloc(0);
  };
  const finishHalf = (log: Log) => {
    if (log.half === undefined) return;
    put(log, log.half.bytes);
    log.lines.push(log.half.name);
    promised.add(log.half.name);
    log.half = undefined;
  };
  const write = (log: Log, count: number) => {
    finishHalf(log);
    for (let index = 0; index < count; index++) {
      if (chance(0.02)) put(log, badLine());
      if (chance(0.02)) put(log, Buffer.from('\n'));
      const { name, bytes } = eventLine();
      put(log, bytes);
      promised.add(name);
      log.lines.push(name);
    }
    if (chance(0.3)) {
      const { name, bytes } = eventLine();
      const cut = 1 + upTo(bytes.length - 1);
      put(log, bytes.subarray(0, cut));
      log.half = { name, bytes: bytes.subarray(cut) };
    }
  };
  const number = (log: Log, path: string, count: number) => (log.isPlain ? `${path}.${count}` : `${path}.${count}.gz`);
  /** Makes room for `path.1`, as logrotate does. */
  const shift = (path: string) => {
    const taken = rotated
      .concat(lingering)
      .map((log) => ({ log, count: Number(/^\.(\d+)(\.gz)?$/.exec(log.path.slice(path.length))?.[1] ?? Number.NaN) }))
      .filter(({ log, count }) => log.path.startsWith(path) && !Number.isNaN(count))
      .sort((a, b) => b.count - a.count);
    for (const { log, count } of taken) {
      const next = number(log, path, count + 1);
      renameSync(log.path, next);
      log.path = next;
    }
  };
  const reopen = (family: { log: Log }, path: string) => {
    family.log = open(path, chance(0.8));
  };
  const retire = (log: Log) => {
    if (chance(0.4)) return void lingering.push(log);
    finishHalf(log);
    closeSync(log.fd);
    rotated.push(log);
  };

  const begin = (): boolean => {
    families.push({ log: open(join(folder, `player-${families.length}.log`), chance(0.8)) });
    return true;
  };

  /** @returns whether there was anything to do it to */
  type Maltreatment = (family: { log: Log }) => boolean;
  const maltreatments: Record<string, Maltreatment> = {
    'renamed and begun anew'(family) {
      const { log } = family;
      const { path } = log;
      shift(path);
      renameSync(path, (log.path = `${path}.1`));
      reopen(family, path);
      retire(log);
      return true;
    },
    'renamed to any name, and the name used again'(family) {
      const { log } = family;
      const { path } = log;
      renameSync(path, (log.path = `${path}.${counter++}-old`));
      reopen(family, path);
      retire(log);
      return true;
    },
    'copied and truncated'({ log }) {
      shift(log.path);
      copyFileSync(log.path, `${log.path}.1`);
      rotated.push({ ...log, path: `${log.path}.1`, half: undefined, place: undefined });
      const between = chance(0.5) ? Array.from({ length: 1 + upTo(5) }, eventLine) : [];
      if (log.half !== undefined) atRisk.add(log.half.name);
      if (between.length > 0 && log.half !== undefined) between.unshift(log.half);
      for (const { name, bytes } of between) {
        put(log, bytes);
        atRisk.add(name);
      }
      // What follows a torn line's second half in the emptied file is torn with it: a newline ends it.
      const isTorn = log.half !== undefined && between.length === 0;
      truncateSync(log.path, 0);
      if (isTorn && log.half !== undefined) put(log, log.half.bytes);
      log.half = undefined;
      log.lines = [];
      return true;
    },
    compressed() {
      const log = rotated.find(({ isPlain, path }) => isPlain && !path.endsWith('-old'));
      if (log === undefined) return false;
      const packed = gzipSync(readFileSync(log.path));
      const plain = log.path;
      const path = `${plain}.gz`;
      const isSlow = chance(0.5);
      writeFileSync(path, isSlow ? packed.subarray(0, upTo(packed.length)) : packed);
      const finish = () => {
        writeFileSync(path, packed);
        rmSync(plain);
        Object.assign(log, { path, isPlain: false });
      };
      if (!isSlow) return (finish(), true);
      // No rotation until it is done: that would move the file away under the compressing program.
      compressing.push(finish);
      return true;
    },
    deleted() {
      const log = rotated.find(({ lines }) => lines.length > 0 && lines.every(hasArrived));
      if (log === undefined) return false;
      rmSync(log.path);
      rotated = rotated.filter((other) => other !== log);
      return true;
    },
    'a program that first appears': () => families.length < 4 && begin(),
  };

  const finishCompressing = () => {
    for (const finish of compressing) finish();
    compressing = [];
  };
  const endLingering = (probability: number) => {
    for (const log of lingering.filter(() => chance(probability))) {
      write(log, upTo(4));
      finishHalf(log);
      closeSync(log.fd);
      lingering = lingering.filter((other) => other !== log);
      rotated.push(log);
    }
  };

  begin();
  return {
    promised,
    atRisk,
    bad,
    done,
    round() {
      const wasCompressing = compressing.length > 0;
      for (const { log } of families) if (chance(0.7)) write(log, upTo(chance(0.1) ? 200 : 12));
      endLingering(0.4);
      if (wasCompressing) finishCompressing();
      for (;;) {
        const names = Object.keys(maltreatments);
        const name = names[upTo(names.length)] ?? '';
        const family = families[upTo(families.length)];
        if (family === undefined || maltreatments[name]?.(family) !== true) continue;
        done[name] = (done[name] ?? 0) + 1;
        return name;
      }
    },
    calm() {
      finishCompressing();
      endLingering(1);
      for (const { log } of families) finishHalf(log);
    },
  };
}
