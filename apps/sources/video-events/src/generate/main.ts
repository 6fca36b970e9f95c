// Writes a synthetic player log: `npx nx run video-events:generate`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { playerEvents } from './player-events.ts';
import { rotatingLog } from './rotating-log.ts';

const usage = `usage: generate [options]

  Writes synthetic events of a video player to a log, one JSON object a line.

  --folder PATH     where: player.log in this folder (.sluice/video-player)
  --events N        how many; 0 runs until Ctrl-C (users × boards: 10000)
  --users N         (100)
  --boards N        (100)
  --rate N          events a second; 0 as fast as possible (1000)
  --rotate-lines N  lines in a file; 0 never rotates (1000)
  --keep N          rotated files that are kept; 0 keeps all (0)
  --compress        compresses what was rotated twice
  --seed N          repeats a run (random)
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        folder: { type: 'string', default: '.sluice/video-player' },
        events: { type: 'string' },
        users: { type: 'string', default: '100' },
        boards: { type: 'string', default: '100' },
        rate: { type: 'string', default: '1000' },
        'rotate-lines': { type: 'string', default: '1000' },
        keep: { type: 'string', default: '0' },
        compress: { type: 'boolean', default: false },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
        tied: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function whole(name: string, text: string, min: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > 2 ** 40)
    fail(`--${name} must be a whole number of at least ${min}; it is ${JSON.stringify(text)}`);
  return number;
}

const options = readArguments();
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const users = whole('users', options.users, 1);
const boards = whole('boards', options.boards, 1);
if (users * boards > 10_000_000) fail('--users times --boards must be 10000000 at most');
const wanted = whole('events', options.events ?? String(users * boards), 0);
const rate = whole('rate', options.rate, 0);
const seed = whole('seed', options.seed, 0);
const path = join(options.folder, 'player.log');
const rotation = {
  path,
  rotateLines: whole('rotate-lines', options['rotate-lines'], 0),
  keep: whole('keep', options.keep, 0),
  compress: options.compress,
};

let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (stopped = true));
if (options.tied) process.stdin.resume().on('end', () => (stopped = true));

try {
  mkdirSync(options.folder, { recursive: true });
  const log = rotatingLog(rotation);
  const events = playerEvents({ users, boards, seed });
  const startedMs = performance.now();
  let written = 0;
  process.stdout.write(`Writing synthetic events to ${path}, seed ${seed}.\n`);
  while (!stopped && (wanted === 0 || written < wanted)) {
    const due = rate === 0 ? written + 1000 : Math.floor(((performance.now() - startedMs) / 1000) * rate);
    const target = wanted === 0 ? due : Math.min(due, wanted);
    for (; written < target; written++) {
      const { value } = events.next();
      log.write(JSON.stringify(value));
    }
    await delay(rate === 0 ? 0 : 20);
  }
  log.close();
  process.stdout.write(`${written} events, ${log.rotations} rotations.\n`);
  process.exit(0);
} catch (error) {
  fail(`The log ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
}
