import { randomBytes, randomInt } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeadLetterHeaders, type KafkaRecord } from '@sluice/kafka';
import { testKafka, type TestKafka } from '@sluice/kafka/testing';
import { deadLetterTopic, videoEvent, type VideoEvent } from '@sluice/contracts';
import { createCodec, prefixBytes } from '@sluice/schema-registry';
import { eventually, serverAddresses, startAppProcess, tailCampaign, type AppProcess } from '@sluice/testkit';
import { seededRandom } from '@sluice/random';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
const environment = { KAFKA_BROKERS: kafkaBrokers, SCHEMA_REGISTRY_URL: schemaRegistryUrl };
const codec = createCodec({ url: schemaRegistryUrl });
const seed = Number(process.env['TAIL_SEED'] ?? randomInt(2 ** 31));
const rounds = Number(process.env['TAIL_ROUNDS'] ?? 30);
const patienceMs = 60_000;

let kafka: TestKafka;
let folder = '';
const running: AppProcess[] = [];
beforeAll(async () => {
  kafka = await testKafka(kafkaBrokers);
  folder = mkdtempSync(join(tmpdir(), 'sluice-video-events-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
});
afterAll(async () => {
  await kafka.disconnect();
  rmSync(folder, { recursive: true });
});

/** A source of its own: its files, its cursor, and events that no other test has. */
function scene() {
  const run = randomBytes(4).toString('hex');
  const files = join(folder, run);
  mkdirSync(files);
  const records = async (topic: string): Promise<KafkaRecord[]> =>
    (await kafka.records(topic)).filter(({ value }) => value?.toString('latin1').includes(run) === true);
  return {
    files,
    line: (board: string, more: object = {}) =>
      `${JSON.stringify({ board_id: `${run}-${board}`, playtime: 1.5, timestamp: '2026-03-05T09:59:59.999Z', user_id: 'u', interest: 'i', ...more })}\n`,
    start() {
      const settings = {
        VIDEO_EVENTS_FILES: join(files, '*.log*'),
        VIDEO_EVENTS_REFRESH_MS: '20',
        SOURCE_INSTANCE: run,
      };
      const logFile = join(folder, `${run}.log`);
      const app = startAppProcess({
        folder: 'sources/video-events',
        environment: { ...environment, ...settings },
        logFile,
      });
      running.push(app);
      return app;
    },
    mark: run,
    async events() {
      const found: { event: VideoEvent; record: KafkaRecord }[] = [];
      for (const record of await records(videoEvent.topic)) {
        if (record.value === null) continue;
        const schema = await codec.fetchSchema(record.value);
        found.push({ event: schema.decode(record.value.subarray(prefixBytes), videoEvent) as VideoEvent, record });
      }
      return found;
    },
    letters: () => records(deadLetterTopic(videoEvent.topic)),
  };
}

it('publishes a line as an event, under its place and its time', async () => {
  const { files, line, start, events, mark } = scene();
  appendFileSync(join(files, 'player.log'), line('one') + line('two'));
  start();
  await eventually(async () => expect(await events()).toHaveLength(2), patienceMs);
  const [one, two] = (await events()).sort((a, b) => (a.event.board_id < b.event.board_id ? -1 : 1));
  expect(one?.event).toEqual({
    event_id: expect.stringMatching(/^[0-9a-z]+-[0-9a-f]{12}-0$/),
    board_id: `${mark}-one`,
    playtime: 1.5,
    timestamp: new Date('2026-03-05T09:59:59.999Z'),
    user_id: 'u',
    interest: 'i',
  });
  expect(String(one?.record.headers['sluice-id'])).toBe(one?.event.event_id);
  expect(String(one?.record.key)).toBe('u');
  expect(two?.event.event_id.endsWith(`-${Buffer.byteLength(line('one'))}`)).toBe(true);
});

it('makes dead letters of lines that are no events, byte for byte, and goes on', async () => {
  const { files, line, start, events, letters, mark } = scene();
  const invalid = Buffer.from([...Buffer.from(mark), 0xff, 0x0a]);
  const long = `${mark}${'x'.repeat(100_000)}\n`;
  appendFileSync(join(files, 'player.log'), line('good'));
  for (const bad of [line('bad', { playtime: 16 }), invalid, long]) appendFileSync(join(files, 'player.log'), bad);
  appendFileSync(join(files, 'player.log'), line('good too'));
  start();
  await eventually(async () => expect(await letters()).toHaveLength(3), patienceMs);
  expect(await events()).toHaveLength(2);
  const found = (await letters()).map(({ value, headers }) => ({ value, letter: readDeadLetterHeaders(headers) }));
  const letterOf = (text: Buffer) => found.find(({ value }) => value?.equals(text))?.letter;
  expect(letterOf(Buffer.from(line('bad', { playtime: 16 }).trim()))).toMatchObject({
    by: 'video-events',
    topic: videoEvent.topic,
    reason: 'playtime must be a number of seconds from 0 to 15',
    errorClass: 'unreadable',
  });
  expect(letterOf(invalid.subarray(0, -1))?.reason).toBe('the line cannot be read: it is not UTF-8');
  const cut = letterOf(Buffer.from(long.slice(0, 65_536)));
  expect(cut?.reason).toContain(`the line has ${long.length - 1} bytes`);
  expect(cut?.errorClass).toBe('too-long');
});

it('goes on where it was stopped, and publishes nothing twice (G8)', async () => {
  const { files, line, start, events } = scene();
  appendFileSync(join(files, 'player.log'), line('one'));
  const first = start();
  await eventually(async () => expect(await events()).toHaveLength(1), patienceMs);
  await first.stop();
  appendFileSync(join(files, 'player.log'), line('two'));
  start();
  await eventually(async () => expect(await events()).toHaveLength(2), patienceMs);
});

it(
  `loses no line and publishes none twice while files are rotated and it is killed (G8) (seed ${seed})`,
  { timeout: 300_000 },
  async () => {
    const campaign = await tailCampaign({
      kafka,
      codec,
      environment,
      folder: join(folder, 'campaign'),
      run: `int-${randomBytes(4).toString('hex')}`,
      rounds,
      random: seededRandom(seed).next,
      signal: AbortSignal.timeout(280_000),
      say: () => {},
    });
    expect(campaign).toMatchObject({ lost: [], twice: [], sharedIds: 0 });
    expect(campaign.promised).toBeGreaterThan(0);
  },
);
