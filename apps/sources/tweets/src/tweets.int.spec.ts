import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniqueName } from '@sluice/kafka/testing';
import { tweet, type Tweet } from '@sluice/contracts';
import { sourceConformance, type Oddity } from '@sluice/source/testing';
import { eventually, startAppProcess, type AppProcess } from '@sluice/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tweets-'));
const certificate = join(folder, 'x-simulator.pem');
const token = 'the-right-token';
let simulator: AppProcess | undefined;
let url = '';
let source: AppProcess | undefined;
let logs = 0;
let log = '';

const logged = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

beforeAll(async () => {
  const file = join(folder, 'x-simulator.log');
  simulator = startAppProcess({
    folder: 'ops/x-simulator',
    environment: {
      SIMULATOR_CERTIFICATE_FILE: certificate,
      SIMULATOR_TOKEN: token,
      SIMULATOR_RULES: '3',
      SIMULATOR_RULE_LENGTH: '60',
      SIMULATOR_TWEETS_PER_SECOND: '50',
    },
    logFile: file,
  });
  url = await eventually(() => {
    const found = /"url":"(https:[^"]+)"/.exec(logged(file))?.[1];
    if (found === undefined) throw new Error(`x-simulator does not serve: ${logged(file)}`);
    return found;
  });
});
afterEach(() => source?.kill());
afterAll(async () => {
  await simulator?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function start(environment: Record<string, string>): AppProcess {
  log = join(folder, `tweets-${logs++}.log`);
  source = startAppProcess({
    folder: 'sources/tweets',
    environment: {
      SOURCE_INSTANCE: randomBytes(4).toString('hex'),
      X_API_URL: url,
      X_CA_FILE: certificate,
      X_BEARER_TOKEN: token,
      TWEETS_KEYWORDS: 'bts',
      ...environment,
    },
    logFile: log,
  });
  return source;
}

const order = (kind: string, times: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { method: 'POST', ca: readFileSync(certificate), headers: { authorization: `Bearer ${token}` } };
    const sent = request(new URL('/simulator/faults', url), options, (response) => {
      response.resume().on('end', resolve);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ kind, times }));
  });

describe('one sentence says what to do', () => {
  it.each<[string, Record<string, string>, number, string]>([
    ['with an empty token', { X_BEARER_TOKEN: '' }, 2, 'X_BEARER_TOKEN is empty: give it a value, or unset it'],
    [
      'with a wrong token',
      { X_BEARER_TOKEN: 'wrong' },
      1,
      'X refuses the rules of the stream (401): Unauthorized. Set X_BEARER_TOKEN',
    ],
    [
      'with a rule that X refuses',
      { TWEETS_LANGUAGES: 'x'.repeat(70), X_RULE_LENGTH: '512' },
      1,
      'X refuses the rule \\"bts lang:xxx',
    ],
    [
      'with more rules than the plan has',
      { TWEETS_KEYWORDS: 'a,b,c,d' },
      1,
      'set X_RULES and X_RULE_LENGTH to what it has',
    ],
    ['to replay what is not there', { TWEETS_REPLAY: '/no/such/folder' }, 1, 'give the path of a file or folder'],
    [
      'with an address that is not https',
      { X_API_URL: 'http://localhost:1/2' },
      2,
      'X_API_URL must begin with https://',
    ],
  ])('%s', async (_, environment, code, sentence) => {
    expect(await start(environment).exited).toBe(code);
    await eventually(() => expect(logged(log)).toContain(sentence));
    expect(logged(log)).not.toMatch(/\n\s+at /);
    expect(logged(log)).not.toContain('"stack"');
  });

  it('without access to the endpoint', async () => {
    await order('forbidden', 1);
    expect(await start({}).exited).toBe(1);
    await eventually(() => expect(logged(log)).toContain('X refuses the rules of the stream (403)'));
    expect(logged(log)).toContain('whose plan has the filtered stream');
  });
});

it('is ready while the stream is connected, says why when it is not, and connects again', async () => {
  const app = start({});
  const ready = async () => (await fetch(`${await app.telemetryUrl}/ready`)).status;
  await eventually(async () => expect(await ready()).toBe(200));
  await order('unavailable', 1);
  await eventually(async () => expect(await ready()).toBe(503));
  await eventually(async () => expect(await ready()).toBe(200));
  expect(logged(log)).toContain('X refuses the stream of tweets (503): Service Unavailable');
  expect(await app.stop()).toBe(0);
});

it('waits for X as long as X is away', async () => {
  const app = start({ X_API_URL: 'https://localhost:1/2' });
  await eventually(() => expect(logged(log)).toContain('X cannot be reached for the rules of the stream'));
  expect(logged(log)).toContain('ECONNREFUSED');
  expect(await app.stop()).toBe(0);
});

it("stops reading before the month's budget is used up, and after a restart has not forgotten it", async () => {
  const budget = { X_MONTHLY_POSTS: '100', SOURCE_INSTANCE: randomBytes(4).toString('hex') };
  for (let run = 0; run < 2; run++) {
    const app = start(budget);
    await eventually(() => expect(logged(log)).toContain("this month's budget of posts is used up"));
    const metrics = await (await fetch(`${await app.telemetryUrl}/metrics`)).text();
    const posts = Number(/^tweets_month_posts\{[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
    expect(posts).toBe(run === 0 ? 99 : 0);
    expect(await app.stop()).toBe(0);
  }
  expect(logged(log)).not.toContain('the stream is connected');
});

const odd: Record<Oddity, Partial<Tweet>> = {
  unicode: { text: '아이돌 é \u{1F9A9} \u0000 \u202E' },
  'empty values': { text: '' },
  'the year 1970': { created_at: new Date(0) },
  'the year 2100': { created_at: new Date('2100-12-31T23:59:59.999Z') },
};

describe('tweets from files', () => {
  sourceConformance({
    app: 'tweets',
    contract: tweet,
    async create() {
      const mark = uniqueName('replay');
      const files = join(folder, mark);
      const path = join(files, 'tweets.jsonl');
      mkdirSync(files);
      let [bytes, id] = [0, BigInt(Date.now()) << 22n];
      /** @returns where it begins */
      const write = (line: string): number => {
        appendFileSync(path, `${line}\n`);
        const offset = bytes;
        bytes += Buffer.byteLength(line) + 1;
        return offset;
      };
      const writeTweet = (fields: Partial<Tweet> = {}): Partial<Tweet> => {
        const written = { id: String(++id), text: 'x', created_at: new Date(), ...fields };
        write(JSON.stringify({ ...written, author_id: '1', source: mark }));
        return written;
      };
      return {
        mark,
        environment: { TWEETS_REPLAY: files },
        give: async (count) => Array.from({ length: count }, () => writeTweet()),
        giveOdd: async (oddity) => writeTweet(odd[oddity]),
        async giveMalformed() {
          const line = `${mark} is not JSON`;
          return { bytes: Buffer.from(line), place: `${path}, byte ${write(line)}` };
        },
      };
    },
  });
});
