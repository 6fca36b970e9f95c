import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const program = resolve(import.meta.dirname, '../../../../apps/sources/video-events/src/generate/main.ts');

/** Writes 10,000 synthetic player events (100 users by 100 boards) to a log in a folder, with `video-events:generate`. */
export async function writePlayerLog(options: {
  folder: string;
  perSecond: number;
  rotateLines: number;
  seed: number;
  signal: AbortSignal;
}): Promise<void> {
  const { folder, perSecond, rotateLines, seed, signal } = options;
  const numbers = Object.entries({ rate: perSecond, 'rotate-lines': rotateLines, seed });
  const args = [
    '--folder',
    folder,
    '--compress',
    '--tied',
    ...numbers.flatMap(([name, value]) => [`--${name}`, String(value)]),
  ];
  // It ends with this process, or when the signal is aborted.
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  const abort = () => child.stdin.end();
  signal.addEventListener('abort', abort, { once: true });
  const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  signal.removeEventListener('abort', abort);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`the player's log could not be written: ${errors.trim()}`);
}
