import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { addGuards } from './guards.ts';

const token = 'a-token-of-some-length';

function served(options: { token?: string; canWrite?: boolean } = {}) {
  const server = Fastify();
  addGuards(server, {
    names: new Set(['localhost', '[::1]']),
    token: options.token,
    canWrite: options.canWrite ?? false,
  });
  server.get('/*', () => ({ page: true }));
  server.post('/*', () => ({ done: true }));
  const call = (headers: Record<string, string> = {}, more: { method?: 'POST'; url?: string } = {}) =>
    server.inject({
      method: more.method ?? 'GET',
      url: more.url ?? '/flow',
      headers: { host: 'localhost:4600', ...headers },
    });
  return call;
}

describe('the guards', () => {
  it('refuse a name that another site has pointed here', async () => {
    const call = served();
    expect((await call()).statusCode).toBe(200);
    expect((await call({ host: '[::1]:4600' })).statusCode).toBe(200);
    for (const host of ['evil.example', 'localhost.evil.example:4600', 'localhost:4600@evil.example'])
      expect((await call({ host })).statusCode, host).toBe(421);
  });

  it('refuse changes while the dashboard only reads, and those of other sites always', async () => {
    const readOnly = await served()({ origin: 'http://localhost:4600' }, { method: 'POST' });
    expect([readOnly.statusCode, readOnly.body]).toEqual([403, expect.stringContaining('DASHBOARD_WRITE')]);
    const writing = served({ canWrite: true });
    expect((await writing({ origin: 'http://localhost:4600' }, { method: 'POST' })).statusCode).toBe(200);
    for (const origin of ['http://evil.example', 'http://localhost:9999', 'null'])
      expect((await writing({ origin }, { method: 'POST' })).statusCode, origin).toBe(403);
  });

  it('ask for the token once, and then take the cookie alone', async () => {
    const call = served({ token });
    expect((await call()).statusCode).toBe(401);
    expect((await call({}, { url: '/flow?token=wrong-token-of-length' })).statusCode).toBe(401);
    const login = await call({}, { url: `/data/tweets?token=${token}` });
    expect([login.statusCode, login.headers.location]).toEqual([303, '/data/tweets']);
    const cookie = String(login.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect(cookie).not.toContain(token);
    expect((await call({ cookie: cookie.split(';')[0] ?? '' })).statusCode).toBe(200);
    expect((await call({ authorization: `Bearer ${token}` })).statusCode).toBe(200);
    expect((await call({ cookie: 'sluice=0' })).statusCode).toBe(401);
  });

  it('never redirect to another site after the token', async () => {
    const login = await served({ token })({}, { url: `//evil.example/?token=${token}` });
    expect(login.headers.location).toBe('/');
  });

  it('let the page load nothing from elsewhere, and forbid frames around it', async () => {
    const { headers } = await served()();
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });
});
