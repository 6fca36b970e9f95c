import { readFileSync, readdirSync } from 'node:fs';
import { eventually } from '@sluice/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { root, runCommand, startCommand } from './harness/run-command.ts';

/** The processes of this checkout's `npm start`: apps that it ties to itself, and the servers of its stack. */
function startedProcesses(): string[] {
  const apps = ['sources', 'processors', 'sinks'].map((folder) => `${root}/apps/${folder}/`);
  const own = [`${root}/.sluice/default/`, `${root}/dist/dashboard/`, ...apps];
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return own.some((path) => command.includes(path));
    } catch {
      // It has just ended.
      return false;
    }
  });
}

test('npm start -- --check finds every record in the index, in objects and in rows', async () => {
  const { code, stdout, stderr } = await runCommand('npm start -- --check');
  expect(code, stdout + stderr).toBe(0);
  const count = (what: string, topic: string) => Number(new RegExp(`${what}\\s+${topic}\\s+(\\d+)`).exec(stdout)?.[1]);
  for (const topic of ['host-metrics', 'tweets', 'iot-readings', 'iot-events', 'video-events']) {
    const records = count('records in the topic', topic);
    expect(records, stdout).toBeGreaterThan(0);
    expect([count('rows in the table', topic), count('lines in the objects', topic)], stdout).toEqual([
      records,
      records,
    ]);
  }
  expect(count('documents in the index', 'host-metrics')).toBe(count('records in the topic', 'host-metrics'));
});

test('npm start delivers events that searches find, until Ctrl-C, which leaves no process', async () => {
  const running = startCommand('npm start');
  // Nothing may be left when an expectation fails.
  onTestFinished(async () => void (await running.interrupt()));
  await eventually(() => {
    expect(running.output.stdout).toMatch(/elasticsearch\s+(up to date|gathering|behind)\s/);
  }, 180_000);
  expect(startedProcesses()).not.toEqual([]);
  expect(running.output.stdout).toMatch(/^Simulated: tweets, video-events, iot; /m);
  // A pipe is not a terminal.
  expect(running.output.stdout).not.toContain('\x1b');
  const address = /http:\S+(?=\/tweets\/_search)/.exec(running.output.stdout)?.[0];
  for (const keyword of ['bts', '아이돌']) {
    await eventually(async () => {
      const answer = await fetch(`${address}/tweets/_search?q=text:${encodeURIComponent(keyword)}`);
      const { hits } = (await answer.json()) as { hits?: { hits: { _index: string }[] } };
      expect(hits?.hits[0]?._index).toMatch(/^tweets-\d{8}$/);
    }, 120_000);
  }
  // npm ends itself with the signal too, so there is no exit code to look at.
  const { stdout } = await running.interrupt();
  expect(stdout).toMatch(/Stopping/);
  expect(startedProcesses()).toEqual([]);
});

test('npm start exits with 2 and the mistakes that its apps report where a setting is wrong, and leaves no process', async () => {
  const { code, stdout, stderr } = await runCommand('npm start', { GCS_FORMAT: 'csv', KAFKA_COMPRESSION: 'zip' });
  expect(code, stdout + stderr).toBe(2);
  expect(stderr).toContain('GCS_FORMAT must be one of json, avro; it is "csv" (gcs)');
  expect(stderr).toMatch(/KAFKA_COMPRESSION must be one of .* \(host-metrics, tweets, .*\)/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(startedProcesses()).toEqual([]);
});
