import { readFileSync, readdirSync } from 'node:fs';
import { eventually } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { runCommand, startCommand } from './run-command.ts';

/** Processes whose command line names this checkout's stack or apps, by pid. */
function processesOf(pattern: RegExp): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return pattern.test(commandLine(pid));
      } catch {
        return false;
      }
    });
}

const commandLine = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');

test('npm start -- --check finds every record of the topic in the index', async () => {
  const { code, stdout, stderr } = await runCommand('npm start -- --check');
  const records = /records in the topic\s+host-metrics\s+(\d+)/.exec(stdout)?.[1];
  const documents = /documents in the index\s+host-metrics\s+(\d+)/.exec(stdout)?.[1];
  expect(code, stdout + stderr).toBe(0);
  expect(Number(records)).toBeGreaterThanOrEqual(5);
  expect(documents).toBe(records);
});

test('npm start shows what flows until Ctrl-C, which leaves no process behind', async () => {
  const running = startCommand('npm start');
  await eventually(() => {
    expect(running.output.stdout).toMatch(/elasticsearch\s+\d+\s/);
  }, 180_000);
  const started = processesOf(/\.sluice\/default\/|apps\/(sources|sinks)\/[\w-]+\/src\/main\.ts --tied/);
  expect(started.length).toBeGreaterThan(0);
  // npm ends itself with the signal too, so there is no exit code to look at.
  const { stdout } = await running.interrupt();
  expect(stdout).toMatch(/Stopping/);
  expect(processesOf(/.*/).filter((pid) => started.includes(pid))).toEqual([]);
});
