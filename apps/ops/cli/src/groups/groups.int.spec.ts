import { uniqueName } from '@sluice/kafka/testing';
import { eventually } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../testing/run-cli.ts';
import { names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testSink } from '../testing/test-sink.ts';

const group = uniqueName('resetting');
let events: TestEvents;
let sink: ReturnType<typeof testSink>;

interface LagJson {
  records: number;
  isExact: boolean;
  seconds: number;
  state: string;
  partitions: { committed?: string; records: number; oldest: string | null }[];
}
const lag = async (): Promise<LagJson> => {
  const { code, stdout, stderr } = await runCli(['lag', '--group', group, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as LagJson;
};
const reset = (...args: string[]) => runCli(['reset-offsets', group, ...args]);

beforeAll(async () => {
  events = await testEvents({ partitions: 2, ids: false });
  await events.publish(names('event', 10));
  sink = testSink(events.contract, group);
  await eventually(async () => expect((await lag()).records).toBe(0), 60_000);
});
afterAll(async () => {
  await sink.remove();
  await events.close();
});

describe('a consumer group', () => {
  it('is listed with its members and their partitions', async () => {
    const { code, stdout } = await runCli(['groups', group, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ group, state: 'active' },
      members: [
        {
          clientId: 'elasticsearch',
          partitions: [
            { topic: events.topic, partition: 0 },
            { topic: events.topic, partition: 1 },
          ],
        },
      ],
    });
    expect((await runCli(['groups', group])).stdout).toContain(`${events.topic} 0,1`);
    expect((await runCli(['groups', 'no-such-group'])).stderr).toContain('There is no consumer group no-such-group');
  });

  it('is not reset while it has members: the command names them, and changes nothing', async () => {
    const { code, stdout } = await reset('--to', 'start', '--execute');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /The group resetting-\S+ is active: elasticsearch on \S+ Its members would overwrite the offsets/,
    );
    expect(stdout).toContain('Nothing was changed.');
    expect((await lag()).records).toBe(0);
  });

  it('lags by its records while it is stopped, and not by transaction markers', async () => {
    await sink.stop();
    await eventually(async () => expect((await lag()).state).toBe('no members'));
    await events.publish(names('later', 4));
    const late = await lag();
    expect(late).toMatchObject({ records: 4, isExact: true });
    expect(late.seconds).toBeGreaterThan(3_600);
    const transactional = await events.kafka.transactionalProducer(uniqueName('tx'));
    const [value] = [events.encode('transactional')];
    await transactional.publish([{ topic: events.topic, key: 'transactional', value }]);
    await transactional.close();
    await eventually(async () => expect(await lag()).toMatchObject({ records: 5, isExact: true }));
    // Behind the record, only the marker follows: a group that has committed it is at the end.
    expect((await reset('--to', 'end', '--execute')).code).toBe(0);
    const ends = (await events.kafka.ends(events.topic)) ?? [];
    const marked = (await events.kafka.records(events.topic)).find(({ key }) => String(key) === 'transactional');
    const at = ends.find(({ partition }) => partition === marked?.partition);
    expect(at?.end).toBe((marked?.offset ?? 0n) + 2n);
    const place = ['--partition', String(marked?.partition), '--to', String((marked?.offset ?? 0n) + 1n), '--execute'];
    expect((await reset(...place)).code).toBe(0);
    expect(await lag()).toMatchObject({ records: 0, isExact: true, seconds: 0 });
  });

  it('is reset when it is stopped: first shown with what it reads again, then done', async () => {
    const planned = await reset('--to', 'start');
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('Dry run: nothing was changed. Add --execute to do it.');
    expect(planned.stdout).toMatch(/reads up to 1\d records again/);
    expect((await lag()).records).toBe(0);
    const done = JSON.parse((await reset('--to', 'start', '--execute', '--json')).stdout) as Record<string, unknown>;
    expect(done).toMatchObject({ executed: true, refusal: null });
    expect(await lag()).toMatchObject({ records: 15, isExact: true });
    expect((await reset('--to', 'start')).stdout).toContain('is there already');
    const forward = await reset('--by', '2');
    expect(forward.stdout).toMatch(
      /Up to 4 records are never delivered by resetting-\S+\. `sluice audit` reports them as lost\./,
    );
  });

  it('is not reset to an offset, a topic or a partition that does not exist', async () => {
    expect((await reset('--to', '99999')).stderr).toContain('offset 99999 does not exist');
    expect((await reset('--to', 'end', '--topic', 'no-such-topic-at-all')).stderr).toContain(
      'There is no topic no-such-topic-at-all',
    );
    expect((await reset('--to', 'end', '--partition', '7')).stderr).toContain('has no partition 7');
    expect((await runCli(['reset-offsets', `${group}x`, '--to', 'end'])).stderr).toContain(`did you mean ${group}?`);
    expect((await reset()).stderr).toContain('Say where to');
  });
});
