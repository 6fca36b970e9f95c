import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endProcesses, identify, isAlive, parseStartTicks, processesWith } from './processes.ts';

const rest = Array.from({ length: 18 }, (_, at) => String(at)).join(' ');

test('the start time is found after a command with spaces and parentheses', () => {
  expect(parseStartTicks(`42 (a) b (c) S ${rest} 777 1 2 3\n`)).toBe(777);
});

test('a zombie is not running', () => {
  expect(parseStartTicks(`42 (java) Z ${rest} 777 1 2 3\n`)).toBeUndefined();
});

test('another process with the same pid is not mistaken for the first', () => {
  const identity = identify(process.pid);
  expect(identity && isAlive(identity)).toBe(true);
  expect(identity && isAlive({ ...identity, startTicks: identity.startTicks - 1 })).toBe(false);
});

test('processes are found by an inherited variable, and ended although they ignore SIGTERM', async () => {
  const mark = `spec-${process.pid}`;
  const child = spawn('bash', ['-c', 'trap "" TERM; sleep 60 & wait; sleep 60'], {
    env: { PATH: process.env.PATH, SLUICE_SPEC: mark },
    // With a socket as its input, bash thinks it is a remote shell and runs ~/.bashrc, which starts more processes.
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await expect.poll(() => processesWith('SLUICE_SPEC', mark).length).toBe(2);
  await endProcesses(() => processesWith('SLUICE_SPEC', mark), 200);
  await ended;
  expect(processesWith('SLUICE_SPEC', mark)).toEqual([]);
});
