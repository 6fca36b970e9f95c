import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealth, type Health } from './health.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createTaps } from './taps.ts';
import { serveTelemetry, type TelemetryServer } from './telemetry-server.ts';

describe('the telemetry server', () => {
  let health: Health;
  let metrics: Metrics;
  let server: TelemetryServer;
  beforeEach(async () => {
    health = createHealth(['kafka']);
    metrics = createMetrics('tiny');
    server = await serveTelemetry({ host: '127.0.0.1', port: 0, health, metrics });
  });
  afterEach(() => server.close());

  const get = async (path: string) => {
    const response = await fetch(server.url + path);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  it('answers /ready with 503 and the reasons until all parts are ready, then with 200', async () => {
    const notReady = await get('/ready');
    expect(notReady).toMatchObject({ status: 503, type: 'application/json' });
    expect(JSON.parse(notReady.text)).toEqual({ live: true, ready: false, reasons: { kafka: 'starting' } });
    health.ready('kafka');
    expect(await get('/ready')).toMatchObject({ status: 200, text: '{"live":true,"ready":true,"reasons":{}}\n' });
  });

  it('answers /live with 200 while the process can live, ready or not, and then with 503', async () => {
    expect((await get('/live?probe=1')).status).toBe(200);
    health.dead('stuck');
    const dead = await get('/live');
    expect(dead.status).toBe(503);
    expect(JSON.parse(dead.text)).toMatchObject({ live: false, reasons: { process: 'stuck' } });
  });

  it('answers /metrics with the exposition', async () => {
    metrics.counter({ name: 'things_total', help: 'Things' }).inc();
    const answer = await get('/metrics');
    expect(answer).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/plain; version=0\.0\.4/) });
    expect(answer.text).toContain('things_total{app="tiny"} 1');
  });

  it('answers /metrics with 500 when a metric cannot be collected, and lives on', async () => {
    metrics.gauge({
      name: 'broken_things',
      help: 'Broken',
      collect() {
        throw new Error('broken');
      },
    });
    expect((await get('/metrics')).status).toBe(500);
    expect((await get('/live')).status).toBe(200);
  });

  it('streams what passes on /tap, and only where that is enabled', async () => {
    expect(await get('/tap')).toMatchObject({ status: 403, text: expect.stringContaining('TELEMETRY_TAP') });
    const taps = createTaps();
    const tapped = await serveTelemetry({ host: '127.0.0.1', port: 0, health, metrics, taps });
    const response = await fetch(`${tapped.url}/tap?per-second=5`);
    taps.show(() => '{"offset":"7"}');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toEqual({ done: false, value: '{"offset":"7","passed":1}\n' });
    await reader?.cancel();
    await tapped.close();
    expect(taps.isOpen).toBe(false);
  });

  it('answers any other path with 404 and what there is', async () => {
    expect(await get('/')).toMatchObject({ status: 404, text: 'There are /live, /ready and /metrics.\n' });
  });

  it('rejects when the port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveTelemetry({ host: '127.0.0.1', port, health, metrics })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('closes although a client is in the middle of a request', async () => {
    const client = connect(Number(new URL(server.url).port), '127.0.0.1');
    client.on('error', () => {});
    client.write('GET /li');
    await once(client, 'connect');
    // By then the server has seen the other one.
    await get('/live');
    await server.close();
    client.destroy();
    await expect(fetch(`${server.url}/live`)).rejects.toThrow();
  });
});
