import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { appAddresses } from './app-addresses.ts';
import { appHealth, parseSamples } from './app-health.ts';

describe("an app's health", () => {
  it('is what it answers, with its metrics', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/ready')
        response
          .writeHead(503)
          .end(
            '{"live":true,"ready":false,"reasons":{"destination":"it is down"},"since":{"destination":"2026-11-21T12:04:11.000Z"}}',
          );
      else response.end('sink_records_total{app="gcs",topic="tweets"} 3\nsink_records_total{topic="a\\"b"} 4\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const health = await appHealth(`http://127.0.0.1:${port}`);
    server.close();
    expect(health).toMatchObject({
      ...{ answers: true, ready: false, reasons: { destination: 'it is down' } },
      sinceMs: Date.parse('2026-11-21T12:04:11Z'),
    });
    expect(health.answers && health.samples.map(({ value }) => value)).toEqual([3, 4]);
    expect(await appHealth(`http://127.0.0.1:${port}`)).toMatchObject({ answers: false });
  });

  it('reads labels with escaped characters', () => {
    expect(parseSamples('x{a="b\\"c\\\\d",e="f"} 1.5e3\n# HELP x\nup 1\n')).toEqual([
      { name: 'x', labels: { a: 'b"c\\d', e: 'f' }, value: 1_500 },
      { name: 'up', labels: {}, value: 1 },
    ]);
  });
});

describe('the addresses of apps', () => {
  it('come from the list, and are refused in another form', async () => {
    const file = '/nowhere';
    expect(await appAddresses({ list: 'gcs=http://127.0.0.1:1/, tweets=https://h:2', file })).toEqual([
      { name: 'gcs', url: 'http://127.0.0.1:1' },
      { name: 'tweets', url: 'https://h:2' },
    ]);
    await expect(appAddresses({ list: 'http://127.0.0.1:1', file })).rejects.toThrow(/SLUICE_APPS must be a list/);
    expect(await appAddresses({ list: '', file })).toBeUndefined();
  });
});
