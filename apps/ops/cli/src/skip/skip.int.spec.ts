import { removeIndices, server } from '@sluice/connector-elasticsearch/testing';
import { readDeadLetterHeaders } from '@sluice/kafka';
import { testKafka, uniqueName } from '@sluice/kafka/testing';
import { eventually, serverAddresses } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditTopics } from '../audit/audit.ts';
import { silentProgress } from '../terminal/progress.ts';
import { runCli } from '../testing/run-cli.ts';
import { names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testSink, type TestSink } from '../testing/test-sink.ts';

const bombBytes = 40 * 1024 * 1024;

describe('a batch that cannot be read', { timeout: 180_000 }, () => {
  const group = uniqueName('skipping');
  let events: TestEvents;
  let sink: TestSink;

  const committed = async () => (await events.kafka.committedOffsets(group, events.topic)).get(0);
  const skip = (offset: number, ...args: string[]) =>
    runCli([
      ...['skip', '--topic', events.topic, '--partition', '0', '--offset', String(offset)],
      ...['--by', 'ada', '--reason', 'a test sent it', ...args],
    ]);

  beforeAll(async () => {
    events = await testEvents({ partitions: 1, ids: false });
    await events.publish(names('before', 5));
    const compressing = await testKafka(serverAddresses().kafkaBrokers, { KAFKA_COMPRESSION: 'zstd' });
    const producer = await compressing.producer();
    await producer.send(events.topic, [{ key: 'bomb', value: Buffer.alloc(bombBytes) }]);
    await producer.disconnect();
    await compressing.disconnect();
    await events.publish(names('after', 5));
  });
  afterAll(async () => {
    await sink.stop();
    const client = server();
    await removeIndices(client, events.contract);
    await client.close();
    await events.close();
  });

  const audited = async (waitSeconds: number, of = group) => {
    const [found] = await auditTopics({
      ...{ contracts: [events.contract], destinations: ['elasticsearch'], group: of, waitSeconds },
      ...{ environment: process.env, signal: new AbortController().signal, progress: silentProgress },
    });
    return found;
  };

  it('is not skipped for a group that has not come to it, nor where it can be read', async () => {
    const early = await skip(5, '--group', group);
    expect(early).toMatchObject({ code: 1, stdout: '' });
    expect(early.stderr).toContain(`The group ${group} has no committed offset of ${events.topic}-0`);
    expect((await skip(2)).stderr).toContain('can be read: only one that cannot be read is skipped');
    expect((await skip(99)).stderr).toContain('does not exist: the partition has 0 to 10');
    sink = testSink(events.contract, group);
    await eventually(async () => expect(await committed()).toBe(5n));
    expect(await audited(1)).toMatchObject({
      ok: false,
      totals: { events: 5, delivered: 5, lost: 0, notYetDelivered: 6 },
      ...{ skipped: [], unreadable: [] },
    });
  });

  it('is skipped by a decision: its bytes go to the dead letters, and the running sink goes on behind it', async () => {
    const { code, stdout } = await skip(5, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ offset: '5', nextOffset: '6', groups: [group] });
    await eventually(async () => expect(await committed()).toBe(11n), 60_000);
    const [letter, ...more] = await events.kafka.records(events.deadLetters);
    expect(more).toEqual([]);
    expect(letter?.value?.readInt8(16)).toBe(2);
    expect(readDeadLetterHeaders(letter?.headers ?? {})).toMatchObject({
      by: group,
      ...{ topic: events.topic, partition: 0, offset: 5n, nextOffset: 6n },
      decidedBy: 'ada',
      errorClass: 'unreadable-batch',
      reason: expect.stringMatching(
        /^a test sent it \(the batch cannot be read: it unpacks to more than 33554432 bytes/,
      ),
    });
    const again = await skip(5);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('No consumer group waits at');
  });

  it('is passed over by the audit, which goes on behind it and says so', async () => {
    expect(await audited(30)).toMatchObject({
      ok: true,
      totals: { events: 10, delivered: 10, deadLetters: 0, lost: 0, notYetDelivered: 0 },
      ...{ skipped: [{ partition: 0, from: '5', to: '6' }], unreadable: [] },
    });
    // This group has passed it without anybody's decision.
    const other = uniqueName('moved');
    await events.kafka.moveGroup(other, events.topic, 0, 11n);
    expect(await audited(1, other)).toMatchObject({
      ok: false,
      totals: { events: 10, delivered: 10, lost: 0, notYetDelivered: 0 },
      skipped: [],
      unreadable: [{ partition: 0, from: '5', to: '6', reason: expect.stringContaining('it unpacks to more than') }],
    });
  });

  it('is a dead letter that is shown, and that is not replayed', async () => {
    const list = await runCli(['dead-letters', 'list', '--topic', events.topic]);
    expect(list.stdout).toContain('unreadable-batch');
    const shown = await runCli(['dead-letters', 'show', events.deadLetters, '0', '0']);
    expect(shown.stdout).toMatch(/decidedBy\s+ada/);
    expect(shown.stdout).toContain('value: a batch of records, as it was fetched');
    const json = await runCli(['dead-letters', 'show', events.deadLetters, '0', '0', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ offset: '5', nextOffset: '6', decidedBy: 'ada', event: null });
    const replay = await runCli(['dead-letters', 'replay', '--topic', events.topic]);
    expect(replay.code).toBe(1);
    expect(replay.stdout).toContain('stays: it is a whole batch that cannot be read');
  });
});
