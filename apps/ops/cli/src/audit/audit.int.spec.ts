import { setTimeout as delay } from 'node:timers/promises';
import { documentReader, elasticsearchSettings } from '@sluice/connector-elasticsearch';
import { removeIndices, server } from '@sluice/connector-elasticsearch/testing';
import { uniqueName } from '@sluice/kafka/testing';
import { eventually } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventAccess } from '../clients/event-access.ts';
import { silentProgress } from '@sluice/terminal';
import { commandConfig } from '../settings.ts';
import { eventDay, names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testSink, type TestSink } from '../testing/test-sink.ts';
import { auditTopics } from './audit.ts';
import { auditDocuments } from '@sluice/audit';
import type { TopicAudit } from '@sluice/audit';

const signal = new AbortController().signal;
const client = server();
afterAll(() => client.close());

/** Audits the events' topic; what was found of it. */
async function audited(events: TestEvents, group: string, waitSeconds = 30): Promise<TopicAudit> {
  const [found] = await auditTopics({
    contracts: [events.contract],
    destinations: ['elasticsearch'],
    group,
    waitSeconds,
    environment: process.env,
    signal,
    progress: silentProgress,
  });
  if (found === undefined) throw new Error('nothing was audited');
  return found;
}

const indexOf = (events: TestEvents, time = eventDay): string =>
  `${events.topic}-${time.toISOString().slice(0, 10).replaceAll('-', '')}`;

describe('an audit of a topic that rests', () => {
  const group = uniqueName('audit');
  const all = names('e', 300);
  let events: TestEvents;
  let sink: TestSink;
  let clean: TopicAudit;

  beforeAll(async () => {
    events = await testEvents();
    await events.publish(all);
    await events.publish(['e-5', 'e-295']);
    await events.producer.send(events.topic, [
      { key: 'x', value: Buffer.from('no event'), headers: { 'sluice-id': 'x' } },
    ]);
    sink = testSink(events.contract, group);
    sink.refuses = ({ id }) => id === 'e-7';
    clean = await audited(events, group);
    await sink.stop();
  });
  afterAll(async () => {
    await removeIndices(client, events.contract);
    await events.close();
  });

  /** Does something to the index, audits, and undoes it. */
  async function auditedAfter(harm: () => Promise<unknown>, mend: () => Promise<unknown>): Promise<TopicAudit> {
    await harm();
    try {
      return await audited(events, group);
    } finally {
      await mend();
    }
  }

  it('finds every event once, or among the dead letters', () => {
    expect(clean).toMatchObject({
      ok: true,
      totals: {
        records: 303,
        events: 301,
        delivered: 299,
        documents: 299,
        deadLetters: 2,
        lost: 0,
        notYetDelivered: 0,
      },
      lost: [],
      duplicates: [],
      changed: [],
      unknown: [],
    });
    expect(clean.partitions.map(({ partition }) => partition)).toEqual([0, 1]);
    expect(clean.partitions.every(({ records }) => records > 0)).toBe(true);
  });

  it('names an event whose document was deleted', async () => {
    const index = indexOf(events);
    const { _source: document } = await client.get({ index, id: 'e-17' });
    const found = await auditedAfter(
      () => client.delete({ index, id: 'e-17' }),
      () => client.index({ index, id: 'e-17', document }),
    );
    const [record] = (await events.kafka.records(events.topic)).filter(({ key }) => key?.toString() === 'e-17');
    expect(found).toMatchObject({ ok: false, totals: { lost: 1, delivered: 298, changed: 0, unknown: 0 } });
    expect(found.lost).toEqual([{ partition: record?.partition, offset: String(record?.offset), id: 'e-17' }]);
  });

  it('names an event that has a second document in another index', async () => {
    const index = indexOf(events, new Date(eventDay.getTime() - 86_400_000));
    const { _source: document } = await client.get({ index: indexOf(events), id: 'e-18' });
    const found = await auditedAfter(
      () => client.index({ index, id: 'e-18', document }),
      () => client.indices.delete({ index }),
    );
    expect(found).toMatchObject({
      ok: false,
      totals: { duplicates: 1, lost: 0, changed: 0, unknown: 0, documents: 300 },
    });
    expect(found.duplicates).toMatchObject([{ id: 'e-18', places: [index, indexOf(events)] }]);
  });

  it('names an event whose document was changed, and the field', async () => {
    const index = indexOf(events);
    const found = await auditedAfter(
      () => client.update({ index, id: 'e-19', doc: { size: 99 } }),
      () => client.update({ index, id: 'e-19', doc: { size: 4 } }),
    );
    expect(found).toMatchObject({ ok: false, totals: { changed: 1, lost: 0, delivered: 299, unknown: 0 } });
    expect(found.changed).toMatchObject([{ id: 'e-19', place: index, fields: ['size'] }]);
  });

  it('names an event whose document is in the wrong index', async () => {
    const [right, wrong] = [indexOf(events), indexOf(events, new Date(eventDay.getTime() - 86_400_000))];
    const { _source: document } = await client.get({ index: right, id: 'e-20' });
    const found = await auditedAfter(
      () =>
        Promise.all([
          client.delete({ index: right, id: 'e-20' }),
          client.index({ index: wrong, id: 'e-20', document }),
        ]),
      () =>
        Promise.all([client.indices.delete({ index: wrong }), client.index({ index: right, id: 'e-20', document })]),
    );
    expect(found).toMatchObject({ ok: false, totals: { changed: 1, lost: 0, duplicates: 0 } });
    expect(found.changed).toMatchObject([{ id: 'e-20', place: wrong, expectedPlace: right }]);
  });

  it('names a document that no record is about', async () => {
    const index = indexOf(events);
    const found = await auditedAfter(
      () => client.index({ index, id: 'stranger', document: { name: 'stranger' } }),
      () => client.delete({ index, id: 'stranger' }),
    );
    expect(found).toMatchObject({ ok: false, totals: { unknown: 1, lost: 0, documents: 300 } });
    expect(found.unknown).toEqual([{ id: 'stranger', place: index }]);
  });

  it('does not excuse a lost event with the dead letter of another one', async () => {
    const index = indexOf(events);
    const { _source: document } = await client.get({ index, id: 'e-5' });
    const found = await auditedAfter(
      () => client.delete({ index, id: 'e-5' }),
      () => client.index({ index, id: 'e-5', document }),
    );
    expect(found.lost).toMatchObject([{ id: 'e-5' }]);
    expect(found.totals).toMatchObject({ lost: 1, deadLetters: 2 });
  });

  it('finds the same when the ids do not fit into memory at once', async () => {
    const index = indexOf(events);
    const { _source: document } = await client.get({ index, id: 'e-21' });
    await client.delete({ index, id: 'e-21' });
    await client.index({ index, id: 'stranger', document: { name: 'stranger' } });
    const access = await eventAccess(process.env, signal);
    const reader = documentReader(commandConfig(elasticsearchSettings, process.env), signal);
    try {
      const found = await auditDocuments({
        access,
        reader,
        name: 'elasticsearch',
        contract: events.contract,
        group,
        waitMs: 0,
        progress: silentProgress,
        idsAtOnce: 70,
      });
      expect(found?.totals).toMatchObject({
        ...{ records: 303, events: 301, delivered: 298, documents: 299, deadLetters: 2 },
        ...{ lost: 1, duplicates: 0, changed: 0, unknown: 1, notYetDelivered: 0 },
      });
      expect(found).toMatchObject({ lost: [{ id: 'e-21' }], unknown: [{ id: 'stranger' }] });
    } finally {
      await reader.close();
      await access.close();
      await client.delete({ index, id: 'stranger' });
      await client.index({ index, id: 'e-21', document });
    }
  });

  it('says how many records a sink that stopped has not delivered, and judges the rest', async () => {
    await events.publish(names('late', 10));
    const found = await audited(events, group, 1);
    expect(found).toMatchObject({
      ok: false,
      totals: { notYetDelivered: 10, lost: 0, changed: 0, unknown: 0, events: 301 },
    });
  });
});

describe('an audit of a topic from which Kafka has deleted records', () => {
  it('fails where the group had not delivered them, and says how many they were', { timeout: 120_000 }, async () => {
    const group = uniqueName('audit');
    const events = await testEvents({ partitions: 1 });
    const sink = testSink(events.contract, group);
    try {
      await events.publish(names('e', 10));
      expect(await audited(events, group)).toMatchObject({ ok: true, totals: { expired: 0, events: 10 } });
      // What was delivered may go.
      await events.kafka.removeBefore(events.topic, 0, 4n);
      expect(await audited(events, group)).toMatchObject({ ok: true, totals: { expired: 0 }, notInKafkaAnyMore: 4 });
      await sink.stop();
      await events.publish(names('f', 10));
      await events.kafka.removeBefore(events.topic, 0, 16n);
      expect(await audited(events, group, 1)).toMatchObject({
        ok: false,
        totals: { expired: 6, lost: 0, notYetDelivered: 4 },
        partitions: [{ partition: 0, first: '16', expired: 6 }],
      });
      expect(await audited(events, uniqueName('none'), 1)).toMatchObject({ ok: false, totals: { expired: 16 } });
    } finally {
      await sink.stop();
      await removeIndices(client, events.contract);
      await events.close();
    }
  });
});

describe('an audit of a topic that flows', () => {
  // Each audit alone may wait for a minute.
  it('raises no false alarm', { timeout: 240_000 }, async () => {
    const group = uniqueName('audit');
    const events = await testEvents();
    const sink = testSink(events.contract, group);
    let [published, flowing] = [0, true];
    const source = (async () => {
      while (flowing) {
        await events.publish(names(`live-${published}`, 50));
        published += 50;
        // The pace of the flow: the audits share the machine with it.
        await delay(50);
      }
    })();
    try {
      await eventually(() => expect(published).toBeGreaterThan(500));
      for (let round = 0; round < 3; round++) {
        const before = published;
        const found = await audited(events, group);
        expect(found).toMatchObject({ ok: true, totals: { lost: 0, duplicates: 0, changed: 0, unknown: 0 } });
        expect(found.totals.records).toBeGreaterThanOrEqual(before);
      }
    } finally {
      flowing = false;
      await source;
      await sink.stop();
      await removeIndices(client, events.contract);
      await events.close();
    }
  });
});
