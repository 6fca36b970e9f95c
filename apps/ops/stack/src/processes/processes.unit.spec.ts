import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endProcesses, identify, isAlive, parseStartTicks, processesWith } from './processes.ts';

const rest = Array.from({ length: 18 }, (_, at) => String(at)).join(' ');

test('the start time is found behind a command with spaces and parentheses', () => {
  expect(parseStartTicks(`42 (a) b (c) S ${rest} 777 1 2 3\n`)).toBe(777);
});

test('a zombie is not running', () => {
  expect(parseStartTicks(`42 (java) Z ${rest} 777 1 2 3\n`)).toBeUndefined();
});

test('another process with the same pid is not taken for the one that had it', () => {
  const identity = identify(process.pid);
  expect(identity && isAlive(identity)).toBe(true);
  expect(identity && isAlive({ ...identity, startTicks: identity.startTicks - 1 })).toBe(false);
});

test('processes are found by what they inherited, and ended although they ignore SIGTERM', async () => {
  const mark = `spec-${process.pid}`;
  const child = spawn('bash', ['-c', 'trap "" TERM; sleep 60 & wait; sleep 60'], {
    env: { PATH: process.env.PATH, SLUICE_SPEC: mark },
    // With a socket as its input bash takes itself for a remote shell and runs the user's ~/.bashrc, which starts more.
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await expect.poll(() => processesWith('SLUICE_SPEC', mark).length).toBe(2);
  await endProcesses(() => processesWith('SLUICE_SPEC', mark), 200);
  await ended;
  expect(processesWith('SLUICE_SPEC', mark)).toEqual([]);
});
