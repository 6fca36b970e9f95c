import { randomBytes } from 'node:crypto';
import { removeIndices, server } from '@sluice/connector-elasticsearch/testing';
import { deadLetterHeaders, type KafkaRecord, type OutgoingRecord } from '@sluice/kafka';
import { uniqueName } from '@sluice/kafka/testing';
import { eventually } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditTopics } from '../audit/audit.ts';
import { silentProgress } from '../terminal/progress.ts';
import { runCli, startCli } from '../testing/run-cli.ts';
import { eventDay, names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testSink, type TestSink } from '../testing/test-sink.ts';

const jsonLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('dead letters of a sink', () => {
  const group = uniqueName('letters');
  let events: TestEvents;
  let sink: TestSink;

  const letters = (...args: string[]) => runCli(['dead-letters', ...args]);
  const replay = (...args: string[]) => letters('replay', '--topic', events.topic, ...args);
  const recordsOf = async (name: string) =>
    (await events.kafka.records(events.topic)).filter(({ key }) => key?.toString() === name);
  const letterCount = async (count: number) =>
    eventually(async () => expect(await events.kafka.records(events.deadLetters)).toHaveLength(count));

  beforeAll(async () => {
    events = await testEvents({ ids: false });
    await events.publish([...names('good', 10), ...names('bad', 5)]);
    await events.producer.send(events.topic, [{ key: 'x', value: Buffer.from([0xff, 0x00, 0x1b, 0x41]) }]);
    sink = testSink(events.contract, group);
    sink.refuses = ({ key }) => /^bad/.test(String(key));
    await letterCount(6);
  });
  afterAll(async () => {
    await sink.stop();
    const client = server();
    await removeIndices(client, events.contract);
    await client.close();
    await events.close();
  });

  it('are listed with where they come from and why, without their contents', async () => {
    const { code, stdout } = await letters('list', '--topic', events.topic, '--json');
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toHaveLength(6);
    const [bad] = await recordsOf('bad-4');
    expect(jsonLines(stdout)).toContainEqual(
      expect.objectContaining({
        letter: expect.objectContaining({ topic: events.deadLetters }),
        state: 'open',
        replays: 0,
        by: 'elasticsearch',
        topic: events.topic,
        partition: bad?.partition,
        offset: String(bad?.offset),
        errorClass: 'refused',
        reason: 'refused\nfor a test',
      }),
    );
    expect(stdout).not.toContain('text of');
  });

  it('are listed in a table that a line break in a reason does not tear', async () => {
    const { stdout } = await letters('list', '--topic', events.topic, '--limit', '2');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^letter +dead since/);
    expect(lines[3]).toContain('newest 2 of 6');
  });

  it.each([
    [['--error-class', 'undecodable'], 1],
    [['--reason', 'FOR A TEST'], 5],
    [['--by', 'gcs'], 0],
    [['--since', '1h'], 6],
    [['--until', '1h'], 0],
    [['--state', 'replayed'], 0],
  ])('are filtered by %s', async (filter, count) => {
    const { stdout } = await letters('list', '--topic', events.topic, '--json', ...filter);
    expect(jsonLines(stdout)).toHaveLength(count);
  });

  it('are summed up by what they died of', async () => {
    const { stdout } = await letters('list', '--topic', events.topic, '--summary', '--json');
    expect(jsonLines(stdout)).toMatchObject([
      { by: 'elasticsearch', errorClass: 'refused', open: 5, replayed: 0 },
      { by: 'elasticsearch', errorClass: 'undecodable', open: 1, replayed: 0 },
    ]);
  });

  it('are shown with the event, and as bytes where nobody can read them', async () => {
    const found = await events.kafka.records(events.deadLetters);
    const at = (name: string) => {
      const letter = found.find(({ key }) => key?.toString() === name);
      return [events.topic, String(letter?.partition), String(letter?.offset)];
    };
    const readable = await letters('show', ...at('bad-4'));
    expect(readable).toMatchObject({ code: 0, stderr: '' });
    expect(readable.stdout).toContain('"text": "text of bad-4"');
    const bytes = await letters('show', ...at('x'));
    expect(bytes.stdout).toContain('00000000  ff 00 1b 41');
    expect(bytes.stdout).not.toContain('\u001b');
    const json = await letters('show', ...at('bad-4'), '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ key: 'bad-4', event: { name: 'bad-4', size: 5 } });
    const none = await letters('show', events.topic, '0', '999');
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toMatch(/^There is no letter at offset 999/);
  });

  it('stay where they are in a dry run', async () => {
    const before = await events.kafka.ends(events.topic);
    const { code, stdout } = await replay('--reason', 'for a test', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, topics: [{ replayed: 5, before: 0 }] });
    expect(await events.kafka.ends(events.topic)).toEqual(before);
  });

  it('come back once, as the same event, and the audit finds each once', async () => {
    const [first] = await recordsOf('bad-0');
    sink.refuses = () => false;
    expect(JSON.parse((await replay('--reason', 'for a test', '--limit', '2', '--json')).stdout)).toMatchObject({
      topics: [{ replayed: 2, before: 0 }],
    });
    expect(JSON.parse((await replay('--reason', 'for a test', '--json')).stdout)).toMatchObject({
      topics: [{ replayed: 3, before: 2 }],
    });
    expect(await replay('--reason', 'for a test')).toMatchObject({ code: 0 });
    const found = await recordsOf('bad-0');
    expect(found).toHaveLength(2);
    expect(found[1]?.value).toEqual(first?.value);
    expect(texts(found[1])).toEqual({
      'sluice-id': expect.stringMatching(`^${events.topic}-${first?.partition}-${first?.offset}-[0-9a-f]{8}$`),
      'sluice-time': String(eventDay.getTime()),
      replays: '1',
    });
    const [audit] = await auditTopics({
      contracts: [events.contract],
      destinations: ['elasticsearch'],
      group,
      waitSeconds: 30,
      environment: process.env,
      signal: new AbortController().signal,
      progress: silentProgress,
    });
    expect(audit).toMatchObject({
      ok: true,
      totals: { records: 21, events: 16, delivered: 15, documents: 15, deadLetters: 1 },
    });
    const { stdout } = await letters('list', '--topic', events.topic, '--json', '--state', 'replayed');
    expect(jsonLines(stdout)).toHaveLength(5);
  });

  it('stay when they have come back too often', async () => {
    sink.refuses = ({ key }) => String(key) === 'stubborn';
    await events.publish(['stubborn']);
    for (const died of [7, 8]) {
      await letterCount(died);
      expect(await replay('--reason', 'for a test', '--max-replays', '2')).toMatchObject({ code: 0 });
    }
    await letterCount(9);
    const { code, stdout } = await replay('--reason', 'for a test', '--max-replays', '2');
    expect(code).toBe(1);
    expect(stdout).toMatch(/stays: it has come back 2 times already/);
    expect(await recordsOf('stubborn')).toHaveLength(3);
  });
});

const texts = (record: KafkaRecord | undefined) =>
  Object.fromEntries(Object.entries(record?.headers ?? {}).map(([name, value]) => [name, String(value)]));

/** Makes letters of records as a sink would have. */
const deadLetters = (topic: string, records: readonly OutgoingRecord[]): OutgoingRecord[] =>
  records.map((record, n) => ({
    ...record,
    headers: deadLetterHeaders(record.headers ?? {}, {
      by: 'elasticsearch',
      topic,
      partition: 0,
      offset: BigInt(n),
      timestamp: eventDay,
      reason: 'for a test',
      errorClass: 'refused',
      attempts: 1,
      firstSeen: new Date(),
      deadSince: new Date(),
    }),
  }));

it('stays alone when the broker refuses it, and holds up no other', async () => {
  const events = await testEvents({ partitions: 1 });
  try {
    const small = names('small', 10).map((name) => ({ key: name, value: Buffer.from(name) }));
    // More than the topic takes; its topic of dead letters takes it.
    const large = { key: 'large', value: randomBytes(1_500_000) };
    await events.producer.send(events.deadLetters, deadLetters(events.topic, [...small.slice(0, 5), large]));
    await events.producer.send(events.deadLetters, deadLetters(events.topic, small.slice(5)));
    const { code, stdout } = await runCli(['dead-letters', 'replay', '--topic', events.topic]);
    expect(stdout).toMatch(/stays: the broker refuses it/);
    expect(code).toBe(1);
    const back = await events.kafka.records(events.topic);
    expect(back.map(({ value }) => String(value)).sort()).toEqual(names('small', 10));
  } finally {
    await events.close();
  }
});

it(
  'comes back exactly once, however often a replay is killed or another one begins',
  { timeout: 120_000 },
  async () => {
    const count = 3_000;
    const events = await testEvents();
    try {
      const original = names('n', count).map((name, n) => ({
        key: n % 3 === 0 ? null : Buffer.from(name),
        value: Buffer.from(`value of ${name}`),
        headers: { 'sluice-id': name, twice: ['a', Buffer.from([0xff, 0x00])] },
      }));
      const dead = deadLetters(events.topic, original);
      for (let at = 0; at < count; at += 1_000)
        await events.producer.send(events.deadLetters, dead.slice(at, at + 1_000));

      const args = ['dead-letters', 'replay', '--topic', events.topic, '--transaction-records', '3', '--json'];
      const endOffset = async () =>
        ((await events.kafka.ends(events.topic)) ?? []).reduce((sum, { end }) => sum + Number(end), 0);
      const grownTo = (offset: number) =>
        eventually(async () => expect(await endOffset()).toBeGreaterThan(offset), 60_000, 10);
      for (let kills = 0; kills < 2; kills++) {
        const replay = startCli(args);
        await grownTo((await endOffset()) + 200);
        replay.child.kill('SIGKILL');
        expect(await replay.ended).toMatchObject({ code: 'SIGKILL' });
      }
      const one = startCli(args);
      await grownTo((await endOffset()) + 100);
      const both = await Promise.all([one.ended, runCli(args)]);
      // Which of them goes on depends on whether the first was amid a transaction.
      const [last, fenced] = both[0].code === 0 ? both : [both[1], both[0]];
      expect(fenced).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Another replay of') });
      expect(last, last?.stderr).toMatchObject({ code: 0 });
      const { topics } = JSON.parse(last?.stdout ?? '') as { topics: { replayed: number; before: number }[] };
      expect(topics[0]?.before).toBeGreaterThan(100);
      expect((topics[0]?.before ?? 0) + (topics[0]?.replayed ?? 0)).toBe(count);

      const back = await events.kafka.records(events.topic);
      expect(back).toHaveLength(count);
      const byId = new Map(back.map((record) => [texts(record)['sluice-id'], record]));
      expect(byId.size).toBe(count);
      for (const { key, value, headers } of original) {
        const record = byId.get(headers['sluice-id']);
        expect(record).toMatchObject({ key, value });
        expect(record?.headers).toEqual({
          'sluice-id': Buffer.from(headers['sluice-id']),
          'sluice-time': Buffer.from(String(eventDay.getTime())),
          twice: [Buffer.from('a'), Buffer.from([0xff, 0x00])],
          replays: Buffer.from('1'),
        });
      }
    } finally {
      await events.close();
    }
  },
);
