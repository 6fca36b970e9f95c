import { expect, it } from 'vitest';
import { plainOutput } from './plain-output.ts';
import type { ShownApp } from '../apps/shown-app.ts';
import type { Shown } from './screen-lines.ts';

const gcs: ShownApp = {
  name: 'gcs',
  state: 'starting',
  events: undefined,
  ratePerSecond: undefined,
  lag: undefined,
  quietMs: undefined,
  port: undefined,
};
const shown = (app: ShownApp): Shown => ({
  nowMs: 0,
  sinceMs: 0,
  outages: [],
  addresses: [['Kafka', '127.0.0.1:9092']],
  commands: ['npm run sluice -- audit'],
  apps: [app],
  simulated: 'Simulated: tweets.',
  notices: [],
  noticeLines: 0,
  logFolder: '.sluice/logs',
});

function openPlainOutput() {
  let [text, now] = ['', 0];
  const output = plainOutput(
    (written) => (text += written),
    () => now,
  );
  const newLines = () => {
    const lines = text.split('\n').slice(0, -1);
    text = '';
    return lines;
  };
  return { output, newLines, wait: (ms: number) => void (now += ms) };
}

it('begins with addresses, commands and what is simulated, then prints every change, and a table every 30 seconds', () => {
  const { output, newLines, wait } = openPlainOutput();
  output.show(shown(gcs));
  expect(newLines()).toEqual([
    'Kafka: 127.0.0.1:9092',
    '$ npm run sluice -- audit',
    'All logs are in .sluice/logs. Ctrl-C stops everything.',
    'Simulated: tweets.',
    'app  state     rate  events  lag  last  metrics',
    'gcs  starting',
  ]);
  wait(1_000);
  output.show(shown(gcs));
  expect(newLines()).toEqual([]);
  wait(1_000);
  output.show(shown({ ...gcs, state: 'waiting', reason: 'destination: \x1b[31mECONNREFUSED' }));
  expect(newLines()).toEqual(['gcs: waiting: destination: ECONNREFUSED']);
  wait(28_000);
  output.show(shown({ ...gcs, state: 'up to date', events: 12, ratePerSecond: 1, lag: 0, quietMs: 300, port: '1' }));
  expect(newLines()).toEqual([
    'gcs: up to date',
    'app  state        rate  events  lag   last  metrics',
    'gcs  up to date  1.0/s      12    0  0.3 s       :1',
  ]);
});

it('prints a warning that continues once a minute, with its count', () => {
  const { output, newLines, wait } = openPlainOutput();
  const notice = (count: number) => ({ kind: 'a', from: 'gcs', text: 'waiting for a bucket', count, lastMs: 0 });
  output.notice(notice(1));
  output.notice(notice(2));
  wait(59_000);
  output.notice(notice(3));
  expect(newLines()).toEqual(['gcs: waiting for a bucket']);
  wait(1_000);
  output.notice(notice(4));
  expect(newLines()).toEqual(['gcs: waiting for a bucket (x 4 since the start)']);
});

it('repeats what is simulated with a table, once its numbers have changed', () => {
  const { output, newLines, wait } = openPlainOutput();
  output.show(shown(gcs));
  newLines();
  wait(1_000);
  output.show({ ...shown(gcs), simulated: 'Simulated: tweets: 3 so far.' });
  expect(newLines()).toEqual([]);
  wait(29_000);
  output.show({ ...shown(gcs), simulated: 'Simulated: tweets: 90 so far.' });
  expect(newLines()[0]).toBe('Simulated: tweets: 90 so far.');
  wait(30_000);
  output.show({ ...shown(gcs), simulated: 'Simulated: tweets: 90 so far.' });
  expect(newLines()).toHaveLength(2);
});
