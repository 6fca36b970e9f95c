import { testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../testing/run-cli.ts';

let kafka: TestKafka;
beforeAll(async () => {
  kafka = await testKafka(serverAddresses().kafkaBrokers);
});
afterAll(() => kafka.disconnect());

const topics = (...args: string[]) => runCli(['topics', ...args]);

describe('topics', () => {
  const topic = uniqueName('made');

  it('are created, with the broker’s sentence where it refuses', async () => {
    const made = await topics(
      'create',
      topic,
      '--partitions',
      '2',
      '--retention',
      '2h',
      '--set',
      'compression.type=lz4',
    );
    expect(made, made.stderr).toMatchObject({ code: 0, stdout: `Created the topic ${topic} with 2 partitions.\n` });
    const again = await topics('create', topic);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain(`'${topic}' already exists`);
    expect((await topics('create', 'a b')).stderr).toMatch(/name/i);
  });

  it('are listed and described', async () => {
    const producer = await kafka.producer();
    await producer.send(topic, [{ key: 'a', value: Buffer.from('v') }]);
    await producer.disconnect();
    const listed = await topics('list', '--json');
    const all = listed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(all).toContainEqual(
      expect.objectContaining({
        topic,
        kind: 'other',
        partitions: 2,
        offsets: '1',
        retention: '2 h',
        newest: expect.any(String),
      }),
    );
    expect(all.some((one) => String(one['topic']).startsWith('__'))).toBe(false);
    const { stdout } = await topics('describe', topic);
    expect(stdout).toContain('retention.ms=7200000');
    expect(stdout).toContain('keeps   2 h');
    const json = JSON.parse((await topics('describe', topic, '--json')).stdout) as { partitionDetails: unknown[] };
    expect(json.partitionDetails).toHaveLength(2);
    expect((await topics('describe', `${topic}x`)).stderr).toContain(`did you mean ${topic}?`);
  });

  it('are changed, after the brokers were asked', async () => {
    const dry = await topics('alter', topic, '--retention', '7d', '--dry-run');
    expect(dry.stdout).toContain('retention.ms  7200000 → 604800000');
    expect(dry.stdout).toContain('Nothing was changed.');
    expect(await kafka.setting(topic, 'retention.ms')).toBe('7200000');
    const done = await topics(
      'alter',
      topic,
      '--retention',
      '7d',
      '--unset',
      'compression.type',
      '--partitions',
      '3',
      '--json',
    );
    expect(JSON.parse(done.stdout)).toMatchObject({ changed: true });
    await eventually(async () => {
      expect(await kafka.setting(topic, 'retention.ms')).toBe('604800000');
      expect(await kafka.ends(topic)).toHaveLength(3);
    });
    expect((await topics('alter', topic, '--partitions', '2')).stderr).toContain('Kafka cannot take partitions away');
    expect((await topics('alter', topic, '--set', 'retention.mss=1')).stderr).toContain('did you mean retention.ms?');
    expect((await topics('alter', topic, '--set', 'retention.ms=long')).stderr).toContain('retention.ms');
    expect((await topics('alter', topic)).stderr).toContain('Say what to change');
    expect((await topics('alter', topic, '--retention', '7d')).stdout).toContain('is already like that');
  });
});
