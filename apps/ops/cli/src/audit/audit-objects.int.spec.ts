import { gzipSync } from 'node:zlib';
import { deadLetterHeaders } from '@sluice/kafka';
import { eventually } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '@sluice/terminal';
import { silentServer } from '../testing/silent-server.ts';
import { names, testEvents, type TestEvents } from '../testing/test-events.ts';
import { testObjects, type TestObjects } from '../testing/test-objects.ts';
import { FatalError } from '@sluice/telemetry';
import { auditTopics } from './audit.ts';
import type { TopicAudit } from '@sluice/audit';

const signal = new AbortController().signal;

describe.each(['JSON', 'AVRO'] as const)('an audit of objects with %s rows', (format) => {
  let events: TestEvents;
  let objects: TestObjects;

  beforeAll(async () => {
    events = await testEvents();
    await events.publish(names('e', 200));
    await events.producer.send(events.topic, [
      { key: 'x', value: Buffer.from('no event'), headers: { 'sluice-id': 'x' } },
    ]);
    const unreadable = (await events.kafka.records(events.topic)).find(({ value }) => value?.toString() === 'no event');
    await events.producer.send(events.deadLetters, [
      {
        key: 'x',
        value: unreadable?.value ?? null,
        headers: deadLetterHeaders(
          {},
          {
            ...{
              by: 'gcs',
              topic: events.topic,
              partition: unreadable?.partition ?? 0,
              offset: unreadable?.offset ?? 0n,
            },
            ...{ reason: 'no event', errorClass: 'undecodable', attempts: 1 },
            ...{ firstSeen: new Date(), deadSince: new Date() },
          },
        ),
      },
    ]);
    objects = await testObjects(events);
    await objects.write({ format });
  });
  afterAll(() => events.close());

  async function audited(waitSeconds = 20): Promise<TopicAudit> {
    const [found] = await auditTopics({
      contracts: [events.contract],
      destinations: ['gcs'],
      group: objects.group,
      waitSeconds,
      environment: { ...process.env, GCS_BUCKET: objects.bucket },
      signal,
      progress: silentProgress,
    });
    if (found === undefined) throw new Error('nothing was audited');
    return found;
  }

  /** The second object of partition 0, which has one before it and one after it. */
  async function victim() {
    const found = (await objects.names()).filter((name) => name.includes('/0/'))[1] ?? '';
    const file = objects.file(found);
    const [{ metadata = {} }] = await file.getMetadata();
    const [body] = await file.download({ decompress: false });
    const texts = Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)]));
    const put = (bytes: Buffer, more: Record<string, string> = {}) => {
      const { crc32c: _old, ...rest } = texts;
      return objects.put(found, bytes, { ...rest, ...more });
    };
    const [first, last] = [Number(texts['first-offset']), Number(texts['last-offset'])];
    return { name: found, file, body, metadata: texts, first, last, put, mend: () => objects.put(found, body, texts) };
  }

  const rowsOf = async (first: number, last: number) =>
    (await events.kafka.records(events.topic))
      .filter(({ partition, offset }) => partition === 0 && offset >= first && offset <= last)
      .flatMap(({ offset, value }) => (value === null || value[0] !== 0 ? [] : [{ offset, value }]));

  const kinds = ({ objects: found }: TopicAudit) => found?.faults.map(({ kind }) => kind);

  it('finds every record once, or among the dead letters', async () => {
    const found = await audited();
    expect(found.objects?.faults).toEqual([]);
    expect(found).toMatchObject({
      ok: true,
      destination: 'gcs',
      totals: { records: 201, delivered: 200, documents: 200, deadLetters: 1, lost: 0, notYetDelivered: 0 },
      objects: { count: (await objects.names()).length, beyondCut: 0, faultCount: 0 },
    });
  });

  it('names the records of an object that was deleted, the gap and the object', async () => {
    const { name, file, first, last, mend } = await victim();
    await file.delete();
    const found = await audited();
    await mend();
    expect(found.ok).toBe(false);
    const offsets = (await rowsOf(first, last)).map(({ offset }) => String(offset));
    expect(found.lost.map(({ partition, offset }) => `${partition} ${offset}`)).toEqual(
      offsets.map((one) => `0 ${one}`),
    );
    expect(found.lost[0]?.id).toMatch(/^e-\d+$/);
    expect(kinds(found)).toEqual(['missing', 'gap']);
    expect(found.objects?.faults[0]).toMatchObject({ object: name });
    expect(found.objects?.faults[1]?.reason).toContain(`the offsets ${first} to ${last}`);
  });

  it('names the records of two objects that overlap', async () => {
    const { metadata, first, name } = await victim();
    const rows = (await rowsOf(first + 3, first + 7)).slice(0, 3);
    const start = rows[0]?.offset ?? 0n;
    const other = name.replace(/\d{20}/, String(start).padStart(20, '0'));
    const body = await objects.contents(0, rows, format);
    const { crc32c: _crc, ...rest } = metadata;
    const range = { 'first-offset': String(start), 'last-offset': String(rows.at(-1)?.offset), records: '3' };
    const file = await objects.put(other, body, { ...rest, ...range });
    const found = await audited();
    await file.delete();
    expect(found).toMatchObject({ ok: false, totals: { duplicates: 3, lost: 0, changed: 0, unknown: 0 } });
    expect(found.duplicates.map(({ offset }) => offset)).toEqual(rows.map(({ offset }) => String(offset)));
    expect(found.duplicates[0]?.places).toEqual([name, other]);
    expect(kinds(found)).toEqual(['overlap', 'not announced']);
  });

  it('names a record whose row was changed, and the field', async () => {
    const { name, first, last, put, mend } = await victim();
    const rows = await rowsOf(first, last);
    const [before] = rows.splice(2, 1);
    rows.splice(2, 0, { offset: before?.offset ?? 0n, value: events.encode('e-1', { size: 99 }) });
    await put(await objects.contents(0, rows, format));
    const found = await audited();
    await mend();
    expect(found).toMatchObject({ ok: false, totals: { changed: 1, lost: 0, duplicates: 0, unknown: 0 } });
    expect(found.changed).toMatchObject([{ partition: 0, offset: String(before?.offset), place: name }]);
    expect(found.changed[0]?.fields).toContain('size');
    // Its bytes are others than those that were announced.
    expect(new Set(kinds(found))).toEqual(new Set(['announced otherwise']));
  });

  it('names a row that is missing in its object, and the object', async () => {
    const { name, first, last, put, mend } = await victim();
    const rows = await rowsOf(first, last);
    const [gone] = rows.splice(4, 1);
    await put(await objects.contents(0, rows, format));
    const found = await audited();
    await mend();
    expect(found.lost).toMatchObject([{ partition: 0, offset: String(gone?.offset) }]);
    const disagreement = found.objects?.faults.find(({ kind }) => kind === 'disagrees');
    expect(disagreement).toMatchObject({ object: name });
    expect(disagreement?.reason).toContain(`${rows.length + 1} rows and it holds ${rows.length}`);
  });

  it('names a row of no record, and one that is there twice', async () => {
    const { name, first, last, put, mend } = await victim();
    const rows = await rowsOf(first, last);
    const twice = rows[5];
    if (twice === undefined) throw new Error('the object has too few rows');
    rows.splice(5, 0, twice);
    rows.push({ offset: 999_999n, value: twice.value });
    await put(await objects.contents(0, rows, format));
    const found = await audited();
    await mend();
    expect(found.duplicates).toMatchObject([{ offset: String(twice.offset), places: [name, name] }]);
    expect(found.objects?.faults.some(({ kind, reason }) => kind === 'disagrees' && reason.includes('999999'))).toBe(
      true,
    );
    expect(found.ok).toBe(false);
  });

  it('names metadata that are wrong', async () => {
    const { name, file, metadata, mend } = await victim();
    await file.setMetadata({ metadata: { ...metadata, records: '7', topic: 'another' } });
    const found = await audited();
    await mend();
    expect(found.ok).toBe(false);
    const reasons = found.objects?.faults.filter(({ object }) => object === name).map(({ reason }) => reason);
    expect(reasons?.join('\n')).toMatch(/topic is another and not/);
    expect(reasons?.join('\n')).toMatch(/7 rows and it holds/);
    expect(found.totals.lost).toBe(0);
  });

  it('names an object whose bytes cannot be read, and what is lost with it', async () => {
    const { name, body, put, mend } = await victim();
    await put(body.subarray(0, body.length - 20));
    const found = await audited();
    await mend();
    expect(found.objects?.faults.filter(({ kind }) => kind === 'unreadable')).toMatchObject([{ object: name }]);
    expect(found.ok).toBe(false);
  });

  it('names an object that is no object of the sink, and one that was announced twice', async () => {
    const { name, file } = await victim();
    const stranger = await objects.put(`${events.topic}/stray.json.gz`, gzipSync('{}\n'), {});
    await objects.announce(file);
    const found = await audited();
    await stranger.delete();
    expect(found.objects?.faults).toMatchObject([
      { kind: 'unknown', object: `${events.topic}/stray.json.gz` },
      { kind: 'announced twice', object: name },
    ]);
    expect(found).toMatchObject({ ok: false, totals: { lost: 0, duplicates: 0, unknown: 0 } });
  });

  it('judges up to what the sink has committed, and counts what is beyond', async () => {
    await events.publish(names('late', 30));
    const found = await audited(0);
    expect(found.totals).toMatchObject({ notYetDelivered: 30, lost: 0, records: 201 });
    await objects.write({ format });
    expect((await audited()).totals).toMatchObject({ notYetDelivered: 0, lost: 0, records: 231, delivered: 230 });
  });
});

it('raises no false alarm while objects are being written', async () => {
  const events = await testEvents();
  const objects = await testObjects(events);
  let [round, isFlowing] = [0, true];
  const flow = (async () => {
    for (; isFlowing; round++) {
      await events.publish(names(`live-${round}`, 40));
      await objects.write({ perObject: 15 });
    }
  })();
  try {
    await eventually(() => expect(round).toBeGreaterThan(2));
    for (let n = 0; n < 3; n++) {
      const before = round;
      const [found] = await auditTopics({
        contracts: [events.contract],
        destinations: ['gcs'],
        group: objects.group,
        environment: { ...process.env, GCS_BUCKET: objects.bucket },
        signal,
        progress: silentProgress,
      });
      expect(found).toMatchObject({ ok: true, objects: { faults: [] }, lost: [], duplicates: [], unknown: [] });
      expect(found?.totals.records).toBeGreaterThanOrEqual(before * 40);
    }
  } finally {
    isFlowing = false;
    await flow;
    await events.close();
  }
});

it('says in a sentence that there is no such bucket', async () => {
  const events = await testEvents();
  await events.publish(['e-1']);
  const audit = auditTopics({
    contracts: [events.contract],
    destinations: ['gcs'],
    waitSeconds: 0,
    environment: { ...process.env, GCS_BUCKET: 'no-such-bucket' },
    signal,
    progress: silentProgress,
  });
  await expect(audit).rejects.toThrow(/^There is no bucket no-such-bucket at http/);
  await expect(audit).rejects.toBeInstanceOf(FatalError);
  await events.close();
});

it.each([
  ['gcs', 'GCS_ENDPOINT'],
  ['bigquery', 'BIGQUERY_ENDPOINT'],
  ['elasticsearch', 'ELASTICSEARCH_URL'],
])('abandons a request to %s that is not answered when it is told to stop', async (destination, variable) => {
  const events = await testEvents();
  const server = await silentServer();
  const stop = new AbortController();
  const audit = auditTopics({
    contracts: [events.contract],
    destinations: [destination],
    waitSeconds: 0,
    environment: { ...process.env, BIGQUERY_PROJECT: 'local', [variable]: server.url },
    signal: stop.signal,
    progress: silentProgress,
  });
  await server.asked;
  const reason = new Error('stopped');
  stop.abort(reason);
  await expect(audit).rejects.toBe(reason);
  await server.close();
  await events.close();
});
