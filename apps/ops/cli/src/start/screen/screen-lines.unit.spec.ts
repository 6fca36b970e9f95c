import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { ShownApp } from '../apps/shown-app.ts';
import type { Paint } from './paint.ts';
import { screenLines, type Shown } from './screen-lines.ts';

const plain: Paint = (_style, text) => text;
const names = ['host-metrics', 'tweets', 'video-events', 'iot', 'iot-enrich', 'event-rates', 'elasticsearch', 'gcs'];

const well = (name: string): ShownApp => ({
  name,
  state: 'up to date',
  events: 1_234_567,
  ratePerSecond: 210.04,
  lag: 35,
  quietMs: 400,
  port: '36477',
});

function shown(changes: Partial<Shown> = {}, apps: readonly ShownApp[] = [...names, 'bigquery'].map(well)): Shown {
  return {
    nowMs: 1_000_000,
    sinceMs: 867_000,
    outages: [],
    addresses: [
      ['Kafka', '127.0.0.1:9092'],
      ['Schema registry', 'http://127.0.0.1:8081/apis/ccompat/v7'],
      ['Elasticsearch', 'http://127.0.0.1:9200'],
      ['Cloud Storage', 'http://127.0.0.1:4443'],
      ['BigQuery', 'http://127.0.0.1:9050'],
    ],
    commands: ['npm run sluice -- audit', 'npm run sluice -- dead-letters list --summary'],
    apps,
    simulated:
      'Simulated: tweets, video-events, iot; real with X_BEARER_TOKEN, VIDEO_EVENTS_FILES, MQTT_URL. The simulated devices send bad readings on purpose: 15 went to iot-readings.dlq so far.',
    notices: [],
    noticeLines: 0,
    logFolder: '.sluice/logs',
    ...changes,
  };
}

const notice = (from: string, text: string, count: number, lastMs: number) => ({
  kind: text,
  from,
  text,
  count,
  lastMs,
});

const refusedConnection =
  'destination: Elasticsearch at http://127.0.0.1:9200 does not answer: connect ECONNREFUSED 127.0.0.1:9200; it is asked again';

const withTrouble = (reason: string): Shown =>
  shown(
    {
      notices: [
        notice('elasticsearch', reason, 12, 995_000),
        notice('servers', 'kafka died (process 4711)', 1, 700_000),
      ],
      noticeLines: 13,
    },
    [...names, 'bigquery'].map((name) =>
      name === 'elasticsearch' ? { ...well(name), state: 'waiting' as const, reason } : well(name),
    ),
  );

const words = (lines: readonly string[]): string[] => lines.join(' ').split(/\s+/);

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 60, rows: 30 },
  { columns: 200, rows: 24 },
];

describe.each(sizes)('a screen of $columns x $rows', (size) => {
  it.each([
    ['all is well', shown()],
    ['something is down', withTrouble(refusedConnection)],
    ['a reason is long', withTrouble('kafka: no broker answers, for an unknown reason '.repeat(20))],
    ['a reason is Korean', withTrouble('연결이 거부되었습니다 서버가 응답하지 않습니다 다시 시도합니다 '.repeat(10))],
    ['a word is longer than the screen', withTrouble('x'.repeat(500))],
    ['a log line would move the cursor', withTrouble('\x1b[2J\x1b[31mred\x07\r\nnext')],
  ])('holds all lines, with addresses, commands and every app, where %s', (_, state) => {
    const lines = screenLines(state, size, plain);
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(size.columns);
    expect(lines.join('\n')).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    const all = words(lines);
    for (const [, address] of state.addresses) expect(all).toContain(address);
    expect(lines.join(' ')).toContain('npm run sluice -- audit');
    for (const { name } of state.apps)
      expect(
        lines.filter((line) => line.startsWith(`${name} `)),
        name,
      ).toHaveLength(1);
    expect(all).toContain('.sluice/logs');
    expect(lines.filter((line) => line.includes('Simulated: '))).toHaveLength(1);
  });

  it('breaks no word', () => {
    const known = new Set([
      ...words([refusedConnection]),
      ...words(screenLines(shown(), { columns: 1000, rows: 50 }, plain)),
    ]);
    const all = words(screenLines(withTrouble(refusedConnection), size, plain));
    const broken = all.filter(
      (word) =>
        !known.has(word) && !/^(waiting|…|ago|kafka|died|\(process|4711\)|servers:|\(x|12\):|13|2|5|s|min)$/.test(word),
    );
    expect(broken.filter((word) => !['elasticsearch', 'Warnings:', 'of', 'kinds.', 'All'].includes(word))).toEqual([]);
  });
});

it('shows the reason in the line of an app that is not healthy, and how often a warning came', () => {
  const lines = screenLines(withTrouble(refusedConnection), { columns: 80, rows: 24 }, plain);
  expect(lines.find((line) => line.startsWith('elasticsearch '))).toMatch(
    /^elasticsearch  waiting +210\.0\/s  destination: Elasticsearch at/,
  );
  expect(lines.join('\n')).toMatch(/Warnings: 13 of 2 kinds\..*\n +5 s ago +elasticsearch \(x 12\): destination:/);
});

it('shows the numbers of a healthy app', () => {
  const lines = screenLines(shown(), { columns: 80, rows: 24 }, plain);
  expect(lines.find((line) => line.startsWith('gcs '))).toMatch(
    /^gcs +up to date +210\.0\/s +1,234,567 +35 +0\.4 s +:36477$/,
  );
  expect(lines).toContain('No warnings. All logs are in .sluice/logs');
});

it('shows the sentence of a refused setting', () => {
  const reason = 'GCS_FORMAT must be one of json, avro; it is "csv"';
  const app: ShownApp = { ...well('gcs'), state: 'refused', reason, ratePerSecond: undefined, port: undefined };
  expect(
    screenLines(shown({}, [app]), { columns: 100, rows: 24 }, plain).find((line) => line.startsWith('gcs')),
  ).toMatch(/^gcs +refused +GCS_FORMAT must be one of json, avro; it is "csv"$/);
});

it('shows more of the newest warnings on a taller screen', () => {
  const notices = Array.from({ length: 50 }, (_, at) =>
    notice('gcs', `warning ${at} of many`, 1, 1_000_000 - at * 1000),
  );
  const warnings = (rows: number) =>
    screenLines(shown({ notices, noticeLines: 50 }), { columns: 80, rows }, plain).flatMap(
      (line) => /warning \d+ of many/.exec(line)?.[0] ?? [],
    );
  expect(warnings(24).slice(0, 2)).toEqual(['warning 0 of many', 'warning 1 of many']);
  expect(warnings(40).length).toBeGreaterThanOrEqual(warnings(24).length + 13);
});

it('keeps addresses and all apps on a small screen, and leaves out what is simulated', () => {
  const lines = screenLines(shown(), { columns: 80, rows: 15 }, plain);
  expect(lines.length).toBeLessThanOrEqual(15);
  expect(lines.join(' ')).toContain('127.0.0.1:9092');
  for (const name of names) expect(lines.some((line) => line.startsWith(`${name} `))).toBe(true);
  expect(lines.join(' ')).not.toContain('Simulated:');
});

it('leaves out healthy apps where there is no room, and says so', () => {
  const apps = [...names.map(well), { ...well('bigquery'), state: 'refused' as const, reason: 'no quota' }];
  const lines = screenLines(shown({}, apps), { columns: 80, rows: 8 }, plain);
  expect(lines.length).toBeLessThanOrEqual(8);
  expect(lines.join('\n')).toMatch(/^bigquery +refused +210\.0\/s +no quota$/m);
  expect(lines.join('\n')).toMatch(/… and \d more apps: a taller window shows them/);
});

describe('a server that is down, on a screen of 80 x 24', () => {
  const remedy = 'npm run stack -- up --detach --name default --only elasticsearch';
  const outages = [`elasticsearch died (process 4711); \`${remedy}\` brings it back`];
  const notices = names.flatMap((name, at) => [
    notice(name, `waiting for Elasticsearch, ${'which does not answer '.repeat(10)}`, 50, 1_000_000 - at),
  ]);
  const apps = [...names, 'bigquery'].map((name) => ({
    ...well(name),
    state: 'waiting' as const,
    reason: 'for 1 min 2 s, destination: no answer',
  }));
  const lines = screenLines(shown({ outages, notices, noticeLines: 400 }, apps), { columns: 80, rows: 24 }, plain);

  it('stays on top with the command that brings it back, however many warnings follow', () => {
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.slice(1, 3).join(' ')).toContain(remedy);
  });

  it('leaves a line for every app, and the newest warning', () => {
    for (const { name } of apps)
      expect(lines.filter((line) => new RegExp(`^${name} +waiting`).test(line))).toHaveLength(1);
    expect(lines.join('\n')).toContain('0 s ago  host-metrics (x 50): waiting');
  });
});

it('paints without changing the text', () => {
  const state = withTrouble(refusedConnection);
  const painted = screenLines(state, { columns: 80, rows: 24 }, (style, text) => `<${style}>${text}</${style}>`);
  expect(painted.map((line) => line.replaceAll(/<\/?(?:bold|dim|green|yellow|red|cyan)>/g, ''))).toEqual(
    screenLines(state, { columns: 80, rows: 24 }, plain),
  );
  expect(painted.join('\n')).toContain('<yellow>waiting');
});
