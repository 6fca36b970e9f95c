import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { localS3, putObject, testQueue } from '@sluice/connector-aws/testing';
import { standIn, testSubscription } from '@sluice/connector-google/testing';
import { videoEvent, type VideoEvent } from '@sluice/contracts';
import { uniqueName } from '@sluice/kafka/testing';
import { sourceConformance, sourceRig, type Oddity } from '@sluice/source/testing';
import { eventually, serverAddresses } from '@sluice/testkit';
import { describe, expect, it } from 'vitest';

const withinMs = 60_000;
const header = 'board_id,playtime,timestamp,user_id,interest';
const rig = sourceRig('bucket-files', videoEvent);

/** Where a test's files are. */
interface Incoming {
  from: string;
  environment: Readonly<Record<string, string>>;
  /** Puts a whole file there. */
  put(name: string, contents: string | Buffer): Promise<void>;
}

async function inFolder(mark: string): Promise<Incoming> {
  const folder = join(rig.folder, mark);
  mkdirSync(folder);
  return {
    from: folder,
    environment: {},
    async put(name, contents) {
      writeFileSync(join(folder, `.${name}`), contents);
      renameSync(join(folder, `.${name}`), join(folder, name));
    },
  };
}

async function inS3(mark: string): Promise<Incoming> {
  const client = localS3();
  rig.closing(() => client.destroy());
  const put = await putObject(client, mark);
  return {
    from: `s3://${mark}/in/`,
    environment: { S3_ENDPOINT: serverAddresses().s3Endpoint },
    put: (name, contents) => put(`in/${name}`, contents),
  };
}

async function inGcs(mark: string): Promise<Incoming> {
  const bucket = standIn().bucket(mark);
  await bucket.create();
  return {
    from: `gs://${mark}/in/`,
    environment: { GCS_ENDPOINT: serverAddresses().gcsEndpoint },
    put: (name, contents) => bucket.file(`in/${name}`).save(contents, { resumable: false }),
  };
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

const odd: Partial<Record<Oddity, Partial<VideoEvent>>> = {
  unicode: { user_id: '아이돌', interest: 'é \u{1F9A9} \u202E, "quoted"\nand broken' },
  'the year 1970': { timestamp: new Date(0) },
  'the year 2100': { timestamp: new Date('2100-12-31T23:59:59.999Z') },
  'empty values': { user_id: '', interest: '' },
};

describe.each([
  ['a folder', inFolder],
  ['S3', inS3],
  ['Cloud Storage', inGcs],
])('from %s', (_, incoming) => {
  sourceConformance({
    app: 'bucket-files',
    contract: videoEvent,
    async create() {
      const mark = uniqueName('files');
      const { from, environment, put } = await incoming(mark);
      let [files, lines] = [0, 0];
      const give = async (events: readonly Partial<VideoEvent>[]) => {
        const rows = events.map((fields) => {
          const board = { board_id: `${mark}-${lines++}`, playtime: 1.5, user_id: 'u', interest: 'i', ...fields };
          const time = (fields.timestamp ?? new Date('2026-03-05T09:59:59.999Z')).toISOString();
          return {
            board,
            text: [board.board_id, board.playtime, time, quoted(board.user_id), quoted(board.interest)].join(','),
          };
        });
        const text = `${[header, ...rows.map((row) => row.text)].join('\n')}\n`;
        const name = `${String(files++).padStart(4, '0')}.csv`;
        // By turns packed and not.
        await put(files % 2 === 0 ? `${name}.gz` : name, files % 2 === 0 ? gzipSync(text) : text);
        return rows.map(({ board: { board_id } }, n) => ({ ...events[n], board_id }));
      };
      return {
        mark,
        environment: {
          ...environment,
          BUCKET_FILES_FROM: from,
          BUCKET_FILES_TOPIC: videoEvent.topic,
          BUCKET_FILES_REFRESH_MS: '100',
        },
        give: async (count) =>
          (
            await Promise.all(
              Array.from({ length: Math.ceil(count / 25) }, (_each, n) =>
                give(Array.from({ length: Math.min(25, count - 25 * n) }, () => ({}))),
              ),
            )
          ).flat(),
        giveOdd: async (oddity) => (await give([odd[oddity] ?? {}]))[0] ?? {},
        async giveMalformed() {
          const bytes = Buffer.concat([Buffer.from(mark), Buffer.from([0xff, 0xc3, 0x28])]);
          await put('malformed.csv', Buffer.concat([Buffer.from(`${header}\n`), bytes]));
          return { bytes, place: `${from.replace(/\/$/, '')}/malformed.csv, line 2` };
        },
      };
    },
  });
});

describe('bucket-files', () => {
  const start = ({ from, environment }: Incoming, mark: string, more: Readonly<Record<string, string>> = {}) =>
    rig.start({
      ...environment,
      BUCKET_FILES_FROM: from,
      BUCKET_FILES_TOPIC: videoEvent.topic,
      BUCKET_FILES_REFRESH_MS: '100',
      SOURCE_INSTANCE: mark,
      ...more,
    });
  const line = (board: string) => `${board},1,2026-03-05T10:00:00Z,u,i\n`;
  const boards = async (mark: string) => (await rig.events(mark)).map(({ event }) => event.board_id).sort();

  it('reads once what is there, and ends', async () => {
    const mark = uniqueName('once');
    const files = await inS3(mark);
    await files.put('a.csv', `${header}\n${line(`${mark}-1`)}${line(`${mark}-2`)}`);
    await files.put('empty.csv', '');
    for (let run = 0; run < 2; run++) expect(await start(files, mark, { BUCKET_FILES_ONCE: 'true' }).exited).toBe(0);
    expect(await boards(mark)).toEqual([`${mark}-1`, `${mark}-2`]);
  });

  it('reads an object again that is replaced, as another file, and keeps the ids of both apart', async () => {
    const mark = uniqueName('again');
    const files = await inS3(mark);
    await files.put('a.csv', `${header}\n${line(`${mark}-1`)}`);
    start(files, mark);
    await eventually(async () => expect(await boards(mark)).toHaveLength(1), withinMs);
    await files.put('a.csv', `${header}\n${line(`${mark}-2`)}`);
    await eventually(async () => expect(await boards(mark)).toEqual([`${mark}-1`, `${mark}-2`]), withinMs);
    const ids = (await rig.events(mark)).map(({ event }) => event.event_id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}-2$/);
  });

  it('reads lines of JSON of the files that match, and no others', async () => {
    const mark = uniqueName('json');
    const files = await inFolder(mark);
    const json = { board_id: `${mark}-1`, playtime: 1, when: 1_772_704_800, user_id: 'u', interest: 'i' };
    await files.put('a.jsonl', `${JSON.stringify(json)}\n`);
    await files.put('b.csv', `${header}\n${line(`${mark}-2`)}`);
    const settings = {
      BUCKET_FILES_FORMAT: 'json',
      BUCKET_FILES_MATCH: '**/*.jsonl',
      BUCKET_FILES_RENAME: 'when=timestamp',
    };
    await delay(2_100);
    expect(await start(files, mark, { ...settings, BUCKET_FILES_ONCE: 'true' }).exited).toBe(0);
    const events = await rig.events(mark);
    expect(events.map(({ event }) => event.timestamp)).toEqual([new Date('2026-03-05T10:00:00Z')]);
  });

  it('reads a file of a folder that is moved there and has an old time', async () => {
    const mark = uniqueName('old');
    const files = await inFolder(mark);
    await files.put('new.csv', `${header}\n${line(`${mark}-1`)}`);
    start(files, mark);
    await eventually(async () => expect(await boards(mark)).toHaveLength(1), withinMs);
    const outside = join(rig.folder, `${mark}.csv`);
    writeFileSync(outside, `${header}\n${line(`${mark}-2`)}`);
    utimesSync(outside, 0, 0);
    renameSync(outside, join(files.from, 'old.csv'));
    await eventually(async () => expect(await boards(mark)).toHaveLength(2), withinMs);
  });

  it('publishes what is readable of a damaged file, and makes a dead letter of the file', async () => {
    const mark = uniqueName('damaged');
    const files = await inS3(mark);
    const many = Array.from({ length: 5_000 }, (_, n) => line(`${mark}-${n}-${Math.random()}`)).join('');
    const packed = gzipSync(`${header}\n${many}`);
    await files.put(`${mark}.csv.gz`, packed.subarray(0, packed.length / 2));
    for (let run = 0; run < 2; run++) expect(await start(files, mark, { BUCKET_FILES_ONCE: 'true' }).exited).toBe(0);
    const found = await boards(mark);
    expect(found.length).toBeGreaterThan(1_000);
    expect(new Set(found).size).toBe(found.length);
    const deadLetters = (await rig.deadLetters('')).filter(({ facts }) => facts?.origin?.includes(mark) === true);
    expect(deadLetters.map(({ facts }) => [facts?.errorClass, facts?.origin])).toContainEqual([
      'damaged',
      `${files.from}${mark}.csv.gz`,
    ]);
    expect(deadLetters.filter(({ facts }) => facts?.errorClass === 'damaged')).toHaveLength(1);
  });

  it('reads objects as a queue tells of them, once each, and empties the queue', async () => {
    const mark = uniqueName('queue');
    const files = await inS3(mark);
    const queue = await testQueue(serverAddresses().sqsEndpoint, mark);
    rig.closing(() => queue.close());
    const settings = { BUCKET_FILES_QUEUE: queue.url, BUCKET_FILES_REFRESH_MS: '3600000' };
    await files.put('before.csv', `${header}\n${line(`${mark}-0`)}`);
    let source = start(files, mark, settings);
    // The listing at the start.
    await eventually(async () => expect(await boards(mark)).toEqual([`${mark}-0`]), withinMs);
    await files.put('a b+c.csv', `${header}\n${line(`${mark}-1`)}`);
    await queue.tell(mark, 'in/a b+c.csv');
    await queue.tell(mark, 'in/before.csv');
    await queue.tell(mark, 'in/gone.csv');
    await queue.tell(mark, 'elsewhere/d.csv');
    await eventually(async () => expect(await boards(mark)).toEqual([`${mark}-0`, `${mark}-1`]), withinMs);
    await eventually(async () => expect(await queue.messages()).toBe(0), withinMs);
    // Announced again after a kill, it is not read again.
    await source.kill();
    await queue.tell(mark, 'in/a b+c.csv');
    source = start(files, mark, settings);
    await eventually(async () => expect(await queue.messages()).toBe(0), withinMs);
    expect(await boards(mark)).toEqual([`${mark}-0`, `${mark}-1`]);
    expect(await source.stop()).toBe(0);
  });

  it('reads objects as a subscription tells of them, once each, and acknowledges them', async () => {
    const mark = uniqueName('subscription');
    const files = await inGcs(mark);
    const subscription = await testSubscription(mark);
    rig.closing(() => subscription.close());
    const settings = { BUCKET_FILES_QUEUE: subscription.name, BUCKET_FILES_REFRESH_MS: '3600000' };
    await files.put('before.csv', `${header}\n${line(`${mark}-0`)}`);
    let source = start(files, mark, settings);
    // The listing at the start.
    await eventually(async () => expect(await boards(mark)).toEqual([`${mark}-0`]), withinMs);
    await files.put('a b+c.csv', `${header}\n${line(`${mark}-1`)}`);
    for (const object of ['in/a b+c.csv', 'in/before.csv', 'in/gone.csv', 'elsewhere/d.csv'])
      await subscription.tell(mark, object);
    await subscription.tell(`${mark}-other`, 'in/a b+c.csv');
    await eventually(async () => expect(await boards(mark)).toEqual([`${mark}-0`, `${mark}-1`]), withinMs);
    await eventually(() => expect(rig.log()).toContain('does not tell of an object of the bucket'), withinMs);
    // Announced again after a kill, it is not read again.
    await source.kill();
    await files.put('e.csv', `${header}\n${line(`${mark}-2`)}`);
    for (const object of ['in/a b+c.csv', 'in/e.csv']) await subscription.tell(mark, object);
    source = start(files, mark, settings);
    const all = [`${mark}-0`, `${mark}-1`, `${mark}-2`];
    await eventually(async () => expect(await boards(mark)).toEqual(all), withinMs);
    expect(await source.stop()).toBe(0);
    expect(await subscription.open()).not.toContain('in/e.csv');
    expect(await boards(mark)).toEqual(all);
  });

  it('says in one sentence that a setting is wrong', async () => {
    const mark = uniqueName('wrong');
    const files = await inFolder(mark);
    expect(await start(files, mark, { BUCKET_FILES_CSV_COLUMNS: 'board,user_id' }).exited).toBe(2);
    expect(rig.log()).toContain('BUCKET_FILES_CSV_COLUMNS names board, which video-events does not have');
  });
});
