import type { EventContract } from '@sluice/contracts';
import { httpProxy, serverAddresses, type Answering, type HttpProxy } from '@sluice/testkit';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { events, note, number, range } from './testing/numbered-events.ts';
import { deliver, testWarehouse } from './testing/warehouse.ts';

let warehouse: Awaited<ReturnType<typeof testWarehouse>>;
const proxies: HttpProxy[] = [];
const signal = new AbortController().signal;

beforeAll(async () => {
  warehouse = await testWarehouse();
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function proxyOf(target: string, answering: Answering): Promise<HttpProxy> {
  const proxy = await httpProxy({ target, answering });
  proxies.push(proxy);
  return proxy;
}

/** Opens a sink for contracts. */
async function open(contracts: readonly EventContract[], environment: Readonly<Record<string, string>> = {}) {
  const made = warehouse.sink(contracts, environment, async () => new Map());
  await made.sink.open(signal);
  return made;
}

describe('the sink', () => {
  it('makes the dataset and the tables: partition, clustering, descriptions, the place in Kafka', async () => {
    const contract = warehouse.contract([number]);
    const { sink } = await open([contract]);
    await sink.open(signal);
    expect(await warehouse.tableOf(contract)).toMatchObject({
      description: 'An event of a test.',
      timePartitioning: { type: 'DAY', field: 'time' },
      clustering: { fields: ['id'] },
      schema: {
        fields: [
          { name: '_kafka', type: 'RECORD' },
          { name: 'id', type: 'STRING', description: 'Which one.' },
          { name: 'time', type: 'TIMESTAMP' },
          { name: 'n', type: 'INTEGER' },
        ],
      },
    });
    const elsewhere = warehouse.sink([contract], { BIGQUERY_LOCATION: 'asia-northeast1' });
    await expect(elsewhere.sink.open(signal)).rejects.toThrow(/lies in US, and BIGQUERY_LOCATION says asia-northeast1/);
  });

  it.each(['JSON', 'AVRO'] as const)(
    'loads many objects of several tables, a job for each table: %s (G2)',
    async (format) => {
      const contracts = [warehouse.contract([number]), warehouse.contract([number, note])];
      const { collector, lines, metric } = await open(contracts);
      const stored = [];
      for (let at = 0; at < 6; at++) {
        const contract = contracts[at % 2] as EventContract;
        stored.push(await warehouse.store(contract, events(10, at * 10), { format, firstOffset: at * 10 }));
      }
      const collected = await deliver(collector(), stored);
      expect(collected).toEqual({ deliveredThrough: stored.at(-1)?.offset, outputs: [], rejected: [] });
      for (const [at, contract] of contracts.entries()) {
        expect(await warehouse.offsets(contract)).toEqual(
          [0, 20, 40].flatMap((from) => range(from + at * 10, from + at * 10 + 10)),
        );
        const [job, ...others] = await warehouse.jobs(contract);
        expect(others).toEqual([]);
        expect(job?.configuration?.load?.sourceUris).toHaveLength(3);
        expect(job?.configuration?.labels).toMatchObject({
          sluice_group: 'bigquery',
          sluice_first: String(stored[at]?.offset),
          sluice_last: String(stored[at + 4]?.offset),
          sluice_attempt: '1',
        });
      }
      expect(lines.filter(({ message }) => message === 'loaded').map(({ fields }) => fields['rows'])).toEqual([30, 30]);
      expect(await metric('bigquery_rows_total')).toHaveLength(2);
    },
  );

  it('passes over announcements of topics that it is not to load', async () => {
    const [own, foreign] = [warehouse.contract([number]), warehouse.contract([number])];
    const { collector } = await open([own]);
    const first = await warehouse.store(own, events(2));
    const other = await warehouse.store(foreign, events(2));
    expect(await deliver(collector(), [first, other])).toMatchObject({ deliveredThrough: other.offset });
    expect(await warehouse.offsets(own)).toEqual([0, 1]);
    await expect(warehouse.tableOf(foreign)).rejects.toThrow('404');
  });

  it('adopts the jobs of a process that died before it settled, with all they cover (G3)', async () => {
    const contracts = [warehouse.contract([number]), warehouse.contract([number])];
    const [one, two] = contracts as [EventContract, EventContract];
    const first = await open(contracts);
    const stored = [];
    for (let at = 0; at < 4; at++) stored.push(await warehouse.store(one, events(5, at * 5), { firstOffset: at * 5 }));
    const between = await warehouse.store(two, events(5));
    const last = await warehouse.store(one, events(5, 20), { firstOffset: 20 });
    await deliver(first.collector(), [...stored, between, last]);

    // The next one cuts its unit elsewhere.
    const second = await open(contracts);
    const collector = second.collector();
    expect(await deliver(collector, stored.slice(0, 2))).toEqual({ missingThrough: last.offset });
    expect(await deliver(collector, [...stored.slice(2), between, last])).toMatchObject({
      deliveredThrough: last.offset,
    });
    expect(await warehouse.offsets(one)).toEqual(range(0, 25));
    expect(await warehouse.offsets(two)).toEqual(range(0, 5));
    expect(await warehouse.jobs(one)).toHaveLength(1);
  });

  it('loads once though the answer to a job was lost', async () => {
    const contract = warehouse.contract([number]);
    let lost = 0;
    const proxy = await proxyOf(serverAddresses().bigqueryEndpoint, async ({ method, url }, forward) => {
      const answer = await forward();
      return method === 'POST' && url.endsWith('/jobs') && lost++ < 1 ? 'broken connection' : answer;
    });
    const { collector } = await open([contract], { BIGQUERY_ENDPOINT: proxy.url });
    const stored = await warehouse.store(contract, events(5));
    const unit = collector();
    await expect(deliver(unit, [stored])).rejects.toThrow();
    expect(await deliver(unit)).toMatchObject({ deliveredThrough: stored.offset });
    expect(lost).toBeGreaterThan(0);
    expect(await warehouse.offsets(contract)).toEqual(range(0, 5));
  });

  it('adopts after a 409, where another process created the job between looking and creating', async () => {
    const contract = warehouse.contract([number]);
    const stored = await warehouse.store(contract, events(5));
    const rival = await open([contract]);
    await deliver(rival.collector(), [stored]);
    let hidden = 0;
    const proxy = await proxyOf(serverAddresses().bigqueryEndpoint, ({ method, url }, forward) =>
      method === 'GET' && url.includes('/jobs/sluice_') && hidden++ === 0
        ? { status: 404, body: { error: { message: 'Not found: Job', errors: [{ reason: 'notFound' }] } } }
        : forward(),
    );
    const { collector } = await open([contract], { BIGQUERY_ENDPOINT: proxy.url });
    expect(await deliver(collector(), [stored])).toMatchObject({ deliveredThrough: stored.offset });
    expect(hidden).toBeGreaterThan(1);
    expect(await warehouse.offsets(contract)).toEqual(range(0, 5));
  });

  it('never counts a failed job as done: the next attempt loads once what made it fail is mended', async () => {
    const contract = warehouse.contract([number]);
    const { collector, lines } = await open([contract]);
    const stored = await warehouse.store(contract, events(5));
    const unit = collector();
    const good = await warehouse.store(contract, events(5, 5), { firstOffset: 5 });
    await warehouse.put(good.value.name, Buffer.from('no gzip'));
    await expect(deliver(unit, [stored, good])).rejects.toThrow();
    expect(lines.some(({ message }) => message === 'a load job failed')).toBe(true);
    const again = await warehouse.store(contract, events(5, 5), { firstOffset: 5 });
    expect(again.value.name).toBe(good.value.name);
    expect(await deliver(unit)).toMatchObject({ deliveredThrough: good.offset });
    expect(await warehouse.offsets(contract)).toEqual(range(0, 10));
    const attempts = (await warehouse.jobs(contract)).map(({ status }) => status?.errorResult === undefined);
    expect(attempts).toContain(false);
  });

  it('loads into a table that was deleted and made again, and nothing twice after a restart', async () => {
    const contract = warehouse.contract([number]);
    const { collector } = await open([contract]);
    await deliver(collector(), [await warehouse.store(contract, events(3))]);
    await warehouse.removeTable(contract);
    const later = await warehouse.store(contract, events(3, 3), { firstOffset: 3 });
    await deliver(collector(), [later]);
    expect(await warehouse.offsets(contract)).toEqual([3, 4, 5]);
    const restarted = await open([contract]);
    expect(await deliver(restarted.collector(), [later])).toMatchObject({ deliveredThrough: later.offset });
    expect(await warehouse.offsets(contract)).toEqual([3, 4, 5]);
  });

  it('does not blame the rows when Cloud Storage cannot be reached', async () => {
    const contract = warehouse.contract([number]);
    const stored = await warehouse.store(contract, events(4));
    const proxy = await proxyOf(serverAddresses().gcsEndpoint, () => ({ status: 503, body: {} }));
    const { collector } = await open([contract], { GCS_ENDPOINT: proxy.url });
    await warehouse.put(stored.value.name, Buffer.from('no gzip'));
    const unit = collector();
    await expect(deliver(unit, [stored])).rejects.toThrow(/Cloud Storage does not give gs:/);
    await warehouse.store(contract, events(4));
    expect(await deliver(unit)).toMatchObject({ deliveredThrough: stored.offset, outputs: [] });
    expect(
      (await warehouse.jobs(contract)).map(({ configuration }) => configuration?.load?.sourceUris?.length),
    ).toEqual([1, 1]);
    expect(await warehouse.offsets(contract)).toEqual([0, 1, 2, 3]);
  });

  it(
    'refuses a row alone, dead-letters it, and loads the rest; a restart in the middle changes nothing (G1, G4)',
    { timeout: 120_000 },
    async () => {
      const contract = warehouse.contract([number], undefined, 'dead-letter');
      const before = await warehouse.store(contract, events(8));
      const bad = await warehouse.store(contract, events(9, 8), {
        firstOffset: 8,
        mend: (line, n) => (n === 4 ? line.replace('"n":12', '"n":"many"') : line),
      });
      const after = await warehouse.store(contract, events(8, 17), { firstOffset: 17 });
      const first = await open([contract]);
      // It dies somewhere on the way.
      const stop = new AbortController();
      const unfinished = deliver(first.collector(), [before, bad, after], stop.signal).catch(() => {});
      setTimeout(() => stop.abort(), 400);
      await unfinished;

      const { collector, metric } = await open([contract]);
      const collected = await deliver(collector(), [before, bad, after]);
      if ('missingThrough' in collected) throw new Error('nothing is missing');
      expect(collected.rejected).toEqual([]);
      const [letter, ...others] = collected.outputs ?? [];
      expect(others).toEqual([]);
      expect(letter).toMatchObject({ topic: `${contract.topic}.dlq`, key: null });
      expect(letter?.value.toString()).toContain('"offset":12}');
      expect(letter?.headers).toMatchObject({ 'dead-letter.by': 'bigquery', 'dead-letter.offset': '12' });
      expect(String(letter?.headers?.['dead-letter.reason'])).toMatch(/BigQuery refuses the row: .*no longer in Kafka/);
      expect(await warehouse.offsets(contract)).toEqual(range(0, 25).filter((offset) => offset !== 12));
      expect(await metric('bigquery_refused_rows_total')).toHaveLength(1);
    },
  );

  it('rejects the announcement of an object that is gone, and loads the others', async () => {
    const contract = warehouse.contract([number]);
    const { collector } = await open([contract]);
    const stored = [];
    for (let at = 0; at < 3; at++)
      stored.push(await warehouse.store(contract, events(3, at * 3), { firstOffset: at * 3 }));
    const [, gone] = stored;
    if (gone === undefined) throw new Error('three were stored');
    await warehouse.remove(gone);
    const collected = await deliver(collector(), stored);
    expect(collected).toMatchObject({ rejected: [{ record: { offset: gone.offset } }] });
    if (!('missingThrough' in collected)) expect(collected.rejected?.[0]?.reason).toMatch(/does not exist any more/);
    expect(await warehouse.offsets(contract)).toEqual([0, 1, 2, 6, 7, 8]);
  });

  it('counts what BigQuery leaves out where it may', async () => {
    const contract = warehouse.contract([number]);
    const { collector, metric, lines } = await open([contract], { BIGQUERY_MAX_BAD_RECORDS: '5' });
    const stored = await warehouse.store(contract, events(4), {
      mend: (line, n) => (n === 2 ? line.replace('"n":2', '"n":"many"') : line),
    });
    expect(await deliver(collector(), [stored])).toMatchObject({ outputs: [] });
    expect(await warehouse.offsets(contract)).toEqual([0, 1, 3]);
    expect((await metric('bigquery_bad_rows_total')).join()).toMatch(/ 1$/);
    expect(lines.find(({ message }) => message.startsWith('BigQuery left rows out'))?.fields['badRows']).toBe(1);
  });

  it('reports a job that does not end, asks it to, and goes on by its outcome alone', async () => {
    const contract = warehouse.contract([number]);
    const stored = await warehouse.store(contract, events(3));
    await deliver((await open([contract])).collector(), [stored]);
    const [job] = await warehouse.jobs(contract);
    const stuck = {
      ...job,
      status: { state: 'RUNNING' },
      statistics: { creationTime: String(Date.now() - 60_000) },
    };
    let [isStuck, isAskedToEnd] = [true, false];
    const proxy = await proxyOf(serverAddresses().bigqueryEndpoint, ({ method, url }, forward) => {
      isAskedToEnd ||= url.includes('/cancel');
      return isStuck && method === 'GET' && url.includes('/jobs/sluice_') ? { status: 200, body: stuck } : forward();
    });
    // Another process finds it.
    const later = await open([contract], { BIGQUERY_ENDPOINT: proxy.url, BIGQUERY_JOB_TIMEOUT_MS: '1000' });
    const delivery = deliver(later.collector(), [stored]);
    await expect
      .poll(() => later.lines.map(({ message }) => message).join(), { timeout: 10_000 })
      .toMatch(/takes longer/);
    expect(later.health.state.reasons['loads']).toMatch(/is RUNNING since \d+ s/);
    expect((await later.metric('bigquery_overdue_jobs_count')).join()).toMatch(/ 1$/);
    await expect.poll(() => isAskedToEnd).toBe(true);
    isStuck = false;
    expect(await delivery).toMatchObject({ deliveredThrough: stored.offset });
    expect(later.health.state.ready).toBe(true);
    expect(await warehouse.offsets(contract)).toEqual([0, 1, 2]);
  });

  it('says in a sentence which right is missing, and waits', async () => {
    const contract = warehouse.contract([number]);
    const proxy = await proxyOf(serverAddresses().bigqueryEndpoint, () => ({
      status: 403,
      body: {
        error: {
          message: 'Access Denied: Dataset local:x: Permission bigquery.datasets.get denied',
          errors: [{ reason: 'accessDenied' }],
        },
      },
    }));
    const { sink } = warehouse.sink([contract], { BIGQUERY_ENDPOINT: proxy.url });
    await expect(sink.open(signal)).rejects.toThrow(
      'the service account lacks a right; see "Roles" in the sink\'s README: Access Denied: Dataset local:x: Permission bigquery.datasets.get denied (403)',
    );
  });
});

describe('objects that are not meant', () => {
  it('are passed over and counted where another group of the gcs sink wrote them', async () => {
    const contract = warehouse.contract([number]);
    const own = await warehouse.store(contract, events(3));
    const other = {
      ...own,
      offset: own.offset + 1n,
      value: { ...own.value, group: 'gcs-avro', bucket: 'other-bucket' },
    };
    const { sink, metric } = await open([contract]);
    const collector = sink.collect({ topic: 'objects', partition: 0, contract });
    for (const record of [own, other]) expect(collector.add(record)).toBe(true);
    const outcome = await collector.deliver({ signal, attempt: 1 });
    expect(outcome).toMatchObject({ deliveredThrough: other.offset, rejected: [] });
    expect(await warehouse.offsets(contract)).toEqual([0, 1, 2]);
    expect(await metric('bigquery_foreign_objects_total')).toEqual([expect.stringMatching(/ 1$/)]);
  });

  it.each([
    ['in another bucket', { bucket: 'somebody-elses' }, /in the bucket somebody-elses, and GCS_BUCKET is/],
    ['under another prefix', { name: 'payroll/2026.json.gz' }, /does not begin with GCS_PREFIX, t/],
    ['of a name that stands for many', { name: 'topic/*' }, /has an asterisk/],
  ])('are dead letters with the reason where they are %s', async (_, place, reason) => {
    const contract = warehouse.contract([number], undefined);
    const stored = await warehouse.store(contract, events(1));
    const record = { ...stored, value: { ...stored.value, ...place } };
    const { sink } = await open([contract], { GCS_PREFIX: 't' });
    const collector = sink.collect({ topic: 'objects', partition: 0, contract });
    expect(collector.add(record)).toBe(true);
    const outcome = await collector.deliver({ signal, attempt: 1 });
    expect(outcome).toMatchObject({ rejected: [{ record, reason: expect.stringMatching(reason) }] });
    expect(await warehouse.offsets(contract)).toEqual([]);
  });
});
