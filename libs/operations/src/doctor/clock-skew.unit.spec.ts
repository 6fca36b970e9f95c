import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { clockSkew, httpClockSkew } from './clock-skew.ts';

const now = Date.parse('2026-11-27T12:00:00Z');
const asked = { sentMs: now, receivedMs: now + 200, resolutionMs: 0 };

it('clocks that differ by less than five seconds agree', () => {
  for (const skew of [-5_000, 0, 5_000]) expect(clockSkew(now + 100 + skew, asked).state).toBe('ok');
});

it.each([
  [60_000, '60 s ahead of'],
  [-60_000, '60 s behind'],
])('a clock that differs by %i ms is reported', (skew, words) => {
  const found = clockSkew(now + 100 + skew, asked);
  expect(found.state).toBe('warning');
  expect(found.says).toContain(words);
});

it('a slow answer leaves the clock in doubt, and does not report it', () => {
  expect(clockSkew(now + 9_000, { sentMs: now, receivedMs: now + 10_000, resolutionMs: 1_000 }).state).toBe('ok');
});

it.each([
  [0, 'ok'],
  [-3_600_000, 'warning'],
])('a server whose date differs by %i ms is %s', async (skew, state) => {
  const server = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() + skew).toUTCString());
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const found = await httpClockSkew(`http://127.0.0.1:${port}/`, new AbortController().signal);
  server.close();
  expect(found?.state).toBe(state);
});
