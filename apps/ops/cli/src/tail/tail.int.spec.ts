import { once } from 'node:events';
import { uniqueName } from '@sluice/kafka/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli } from '../testing/run-cli.ts';
import { names, testEvents, type TestEvents } from '../testing/test-events.ts';

let events: TestEvents;
beforeAll(async () => {
  events = await testEvents({ partitions: 2 });
  await events.publish(names('event', 20));
  await events.producer.send(events.topic, [
    { key: 'broken', value: Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]) },
    { key: 'text', value: Buffer.from('plain\u001b[2J text') },
    { key: 'tombstone', value: null },
  ]);
});
afterAll(() => events.close());

const tail = (...args: string[]) => runCli(['tail', events.topic, ...args]);
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('a tail', () => {
  it('of what a topic has now ends there, and prints each record with its place', async () => {
    const { code, stdout, stderr } = await tail('--from', 'start', '--to', 'now', '--json');
    expect(code, stderr).toBe(0);
    const records = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records).toHaveLength(23);
    expect(records).toContainEqual(
      expect.objectContaining({
        ...{ topic: events.topic, key: 'event-3', headers: { 'sluice-id': 'event-3' } },
        event: expect.objectContaining({ name: 'event-3', size: 7, text: 'text of event-3' }),
      }),
    );
    expect(records).toContainEqual(expect.objectContaining({ key: 'text', text: 'plain\u001b[2J text' }));
    expect(records).toContainEqual(expect.objectContaining({ key: 'tombstone', event: null }));
    expect(records).toContainEqual(
      expect.objectContaining({
        key: 'broken',
        undecodable: expect.stringContaining('4294967295'),
        base64: 'AP////8B',
      }),
    );
    expect(stderr).toBe(`${events.topic}: 23 of 23 records shown.\n`);
  });

  it('with a filter says how many it left out, and how many it could not ask', async () => {
    const { stdout, stderr } = await tail(
      '--from',
      'start',
      '--to',
      'now',
      '--filter',
      'size > 7 and name != "event-10"',
      '--raw',
    );
    const shown = linesOf(stdout).map((line) => (JSON.parse(line) as { name: string }).name);
    expect(shown.sort()).toEqual(
      names('event', 20)
        .filter((name) => name.length > 7 && name !== 'event-10')
        .sort(),
    );
    expect(stderr).toBe(`${events.topic}: 9 of 23 records shown; 13 did not match, 1 could not be decoded.\n`);
  });

  it('prints chosen fields, without control characters', async () => {
    const { stdout } = await tail(
      '--from',
      'start',
      '--to',
      'now',
      '--filter',
      'name = "event-4"',
      '--fields',
      'name,size,absent',
    );
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}\d:\d+ {2}event-4 {2}7 {2}–\n$/);
    const { stdout: all } = await tail('--from', 'start', '--to', 'now');
    expect(all).toContain('text  plain�[2J text');
    expect(all).not.toContain('\u001b');
  });

  it('begins with the newest records, at an offset, or at a time', async () => {
    expect(linesOf((await tail('--last', '2', '--to', 'now', '--raw')).stdout)).toHaveLength(2);
    const [partition] = (await events.kafka.ends(events.topic)) ?? [];
    const at = String((partition?.end ?? 0n) - 3n);
    expect(linesOf((await tail('--from', `0:${at}`, '--to', 'now', '--raw')).stdout)).toHaveLength(3);
    expect(linesOf((await tail('--from', '1h', '--to', 'now', '--raw')).stdout)).toHaveLength(3);
  });

  it('follows live, ends after --limit, and counts what is beyond --max-rate', async () => {
    const { ended } = startCli(['tail', events.topic, '--filter', 'name matches "^live"', '--limit', '5', '--raw']);
    const limited = startCli(['tail', events.topic, '--max-rate', '1', '--raw']);
    let run = 0;
    const publishing = setInterval(() => void events.publish(names(`live-${run++}`, 20)), 500);
    const [{ code, stdout, stderr }] = await Promise.all([ended, limited.begun]).finally(() =>
      clearInterval(publishing),
    );
    expect(code, stderr).toBe(0);
    expect(linesOf(stdout)).toHaveLength(5);
    expect(limited.child.exitCode).toBeNull();
    limited.child.kill('SIGINT');
    const { code: interrupted, stderr: counts } = await limited.ended;
    expect(interrupted).toBe(130);
    expect(counts).toMatch(/\d+ of \d+ records? shown(; \d+ were beyond --max-rate)?\.\n$/);
  });

  it('ends silently when its reader has had enough', async () => {
    const { child, ended } = startCli(['tail', events.topic, '--from', 'start', '--to', 'now']);
    // What it has printed cannot be read to its end.
    ended.catch(() => {});
    const exited = once(child, 'exit');
    child.stdout?.destroy();
    expect(await exited).toEqual([141, null]);
  });

  it('says what is wrong with a filter, a topic, a partition and a field', async () => {
    expect(await tail('--filter', 'lang == "ko"')).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'lang == "ko"\n     ^\n== is not used here: write = to compare\n',
    });
    const similar = await runCli(['tail', events.topic.slice(0, -1)]);
    expect(similar.stderr).toContain(`There is no topic ${events.topic.slice(0, -1)}: did you mean ${events.topic}?`);
    expect((await runCli(['tail', uniqueName('absent-thing')])).stderr).toContain('`sluice topics list` lists those');
    expect((await tail('--partition', '7')).stderr).toContain('has no partition 7: it has 0 to 1');
    expect((await tail('--raw', '--json')).stderr).toContain('exclude each other');
    expect((await tail('--fields', 'a b')).stderr).toContain('a b is not one');
  });
});
