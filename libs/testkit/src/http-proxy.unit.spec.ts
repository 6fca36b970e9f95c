import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpProxy, type Answering, type HttpProxy, type ProxiedRequest } from './http-proxy.ts';

/** A target that answers 201 with the body of the request, and records the paths. */
let target: Server;
let carriedOut: string[];
let targetUrl: string;
const proxies: HttpProxy[] = [];

beforeEach(async () => {
  carriedOut = [];
  target = createServer((request, response) => {
    carriedOut.push(request.url ?? '');
    response.writeHead(201, { 'x-target': 'yes' });
    request.pipe(response);
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  target.close();
});

async function proxyOf(answering?: Answering): Promise<HttpProxy> {
  const proxy = await httpProxy({ target: targetUrl, ...(answering && { answering }) });
  proxies.push(proxy);
  return proxy;
}

const post = (proxy: HttpProxy, path: string, signal: AbortSignal | null = null) =>
  fetch(`${proxy.url}${path}`, { method: 'POST', body: 'text', headers: { 'x-client': 'yes' }, signal });

describe('an HTTP proxy', () => {
  it('forwards requests and answers unchanged', async () => {
    const seen: ProxiedRequest[] = [];
    const proxy = await proxyOf((request, forward) => {
      seen.push(request);
      return forward();
    });
    const answer = await post(proxy, '/a?b=c');
    expect([answer.status, answer.headers.get('x-target'), await answer.text()]).toEqual([201, 'yes', 'text']);
    expect(seen).toMatchObject([
      { method: 'POST', url: '/a?b=c', headers: { 'x-client': 'yes' }, body: Buffer.from('text') },
    ]);
    expect(carriedOut).toEqual(['/a?b=c']);
  });

  it('answers in place of the target, with text unchanged and objects as JSON', async () => {
    const proxy = await proxyOf(({ url }) => ({ status: 503, body: url === '/text' ? 'busy' : { busy: true } }));
    const [text, json] = [await post(proxy, '/text'), await post(proxy, '/json')];
    expect([text.status, text.headers.get('content-type'), await text.text()]).toEqual([503, null, 'busy']);
    expect([json.status, json.headers.get('content-type')]).toEqual([503, 'application/json']);
    expect(await json.json()).toEqual({ busy: true });
    expect(carriedOut).toEqual([]);
  });

  it('can lose the target’s answer', async () => {
    const proxy = await proxyOf(async ({ url }, forward) => {
      const answer = await forward();
      return url === '/lost' ? 'broken connection' : answer;
    });
    await expect(post(proxy, '/lost')).rejects.toThrow('fetch failed');
    expect((await post(proxy, '/heard')).status).toBe(201);
    expect(carriedOut).toEqual(['/lost', '/heard']);
  });

  it('can stay silent for as long as the client waits', async () => {
    const giveUp = new AbortController();
    const proxy = await proxyOf(() => {
      setImmediate(() => giveUp.abort(new Error('given up')));
      return 'silence';
    });
    await expect(post(proxy, '/silent', giveUp.signal)).rejects.toThrow('given up');
    expect(carriedOut).toEqual([]);
  });

  it('breaks connections while the target is down, and forwards when it is back', async () => {
    const { port } = target.address() as AddressInfo;
    const proxy = await proxyOf();
    await (await post(proxy, '/before')).text();
    target.closeAllConnections();
    target.close();
    await expect(post(proxy, '/away')).rejects.toThrow('fetch failed');
    target.listen(port, '127.0.0.1');
    await once(target, 'listening');
    expect((await post(proxy, '/back')).status).toBe(201);
    expect(carriedOut).toEqual(['/before', '/back']);
  });

  it('accepts nothing while it is down, and breaks requests that wait for an answer', async () => {
    const proxy = await proxyOf(({ url }, forward) => {
      if (url !== '/waits') return forward();
      proxy.down();
      return 'silence';
    });
    await expect(post(proxy, '/waits')).rejects.toThrow('fetch failed');
    await expect(post(proxy, '/down')).rejects.toThrow('fetch failed');
    proxy.up();
    expect((await post(proxy, '/up')).status).toBe(201);
    expect(carriedOut).toEqual(['/up']);
  });
});
