import { randomInt } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { uniqueName } from '@sluice/kafka/testing';
import { videoEvent, type VideoEvent } from '@sluice/contracts';
import { createCodec } from '@sluice/schema-registry';
import { sourceConformance, sourceRig, type Oddity } from '@sluice/source/testing';
import { seededRandom } from '@sluice/random';
import { eventually, serverAddresses, tailCampaign } from '@sluice/testkit';
import { describe, expect, it } from 'vitest';

const seed = Number(process.env['TAIL_SEED'] ?? randomInt(2 ** 31));
const rounds = Number(process.env['TAIL_ROUNDS'] ?? 30);
const withinMs = 60_000;

const rig = sourceRig('video-events', videoEvent);

/** A folder with a log, and a source that reads it. The names of boards and what is not an event contain the mark. */
function playerLog() {
  const mark = uniqueName('video');
  const folder = join(rig.folder, mark);
  mkdirSync(folder);
  const path = join(folder, 'player.log');
  let [lines, bytes] = [0, 0];
  const write = (line: string | Buffer): number => {
    const offset = bytes;
    appendFileSync(path, line);
    bytes += Buffer.byteLength(line);
    return offset;
  };
  /** Writes a line of an event. @returns its fields */
  const writeEvent = (fields: Partial<VideoEvent> = {}): Partial<VideoEvent> => {
    const board = { board_id: `${mark}-${lines++}`, ...fields };
    const line = { playtime: 1.5, timestamp: '2026-03-05T09:59:59.999Z', user_id: 'u', interest: 'i', ...board };
    write(`${JSON.stringify(line)}\n`);
    return board;
  };
  const environment = {
    VIDEO_EVENTS_FILES: join(folder, '*.log*'),
    VIDEO_EVENTS_REFRESH_MS: '20',
    SOURCE_INSTANCE: mark,
  };
  return { mark, path, environment, write, writeEvent };
}

const odd: Partial<Record<Oddity, Partial<VideoEvent>>> = {
  unicode: { user_id: '아이돌', interest: 'é \u{1F9A9} \u0000 \u202E' },
  'the year 1970': { timestamp: new Date(0) },
  'the year 2100': { timestamp: new Date('2100-12-31T23:59:59.999Z') },
};

sourceConformance({
  app: 'video-events',
  contract: videoEvent,
  async create() {
    const { mark, path, environment, write, writeEvent } = playerLog();
    return {
      mark,
      environment,
      give: async (count) => Array.from({ length: count }, () => writeEvent()),
      giveOdd: async (oddity) => writeEvent(odd[oddity]),
      async giveMalformed() {
        const bytes = Buffer.concat([Buffer.from(mark), Buffer.from([0xff, 0xc3, 0x28])]);
        const offset = write(Buffer.concat([bytes, Buffer.from('\n')]));
        return { bytes, place: expect.stringMatching(new RegExp(`^${path}, log [0-9a-z-]+, byte ${offset}$`)) };
      },
    };
  },
  exceptions: { 'empty values': 'a line without a board, a user or an interest is not an event' },
});

describe('video-events', () => {
  it('takes the id of an event from its log and the byte at which its line begins', async () => {
    const { mark, environment, write, writeEvent } = playerLog();
    write('\n\n');
    writeEvent();
    rig.start(environment);
    const [published] = await eventually(async () => {
      const events = await rig.events(mark);
      expect(events).toHaveLength(1);
      return events;
    }, withinMs);
    expect(published?.event.event_id).toMatch(/^[0-9a-z]+-[0-9a-f]{12}-2$/);
  });

  it('makes a dead letter of a line that lacks what an event needs, and of one that is too long', async () => {
    const { mark, environment, write, writeEvent } = playerLog();
    writeEvent({ playtime: 16 });
    const long = `${mark}${'x'.repeat(100_000)}`;
    write(`${long}\n`);
    rig.start(environment);
    const deadLetters = await eventually(async () => {
      const found = await rig.deadLetters(mark);
      expect(found).toHaveLength(2);
      return found;
    }, withinMs);
    const of = (errorClass: string) => deadLetters.find(({ facts }) => facts?.errorClass === errorClass);
    expect(of('unreadable')?.facts?.reason).toBe('playtime must be a number of seconds from 0 to 15');
    expect(of('too-long')?.facts?.reason).toContain(`the line has ${long.length} bytes`);
    expect(of('too-long')?.value?.toString()).toBe(long.slice(0, 65_536));
  });

  it(
    `loses no line and publishes none twice while files are rotated and it is killed (G8) (seed ${seed})`,
    { timeout: 300_000 },
    async () => {
      const { kafkaBrokers, schemaRegistryUrl } = serverAddresses();
      const campaign = await tailCampaign({
        kafka: rig.kafka,
        codec: createCodec({ url: schemaRegistryUrl }),
        environment: { KAFKA_BROKERS: kafkaBrokers, SCHEMA_REGISTRY_URL: schemaRegistryUrl },
        folder: join(rig.folder, 'campaign'),
        run: uniqueName('int'),
        rounds,
        random: seededRandom(seed).next,
        signal: AbortSignal.timeout(280_000),
        say: () => {},
      });
      expect(campaign).toMatchObject({ lost: [], twice: [], sharedIds: 0 });
      expect(campaign.promised).toBeGreaterThan(0);
    },
  );
});
