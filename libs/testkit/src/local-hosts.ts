import { once } from 'node:events';
import { createServer, setGlobalProxyFromEnv, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { testCertificate, testPrivateKey } from '@sluice/config/testing';
import type { ProxyAnswer } from './http-proxy.ts';

/** A request to a host. */
export interface HostRequest {
  method: string;
  host: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** Answers in place of `https://*.googleapis.com` and `https://*.example.com`, for all requests of this process. */
export interface LocalHosts {
  readonly requests: readonly HostRequest[];
  close(): Promise<void>;
}

/** @param answer the answer of a host */
export async function localHosts(answer: (request: HostRequest) => ProxyAnswer | 'silence'): Promise<LocalHosts> {
  const requests: HostRequest[] = [];
  const hosts = createTlsServer({ cert: testCertificate, key: testPrivateKey }, (incoming, response) => {
    const { method = '', headers, url: path = '' } = incoming.resume();
    const request = { method, host: headers.host ?? '', path, headers };
    requests.push(request);
    const answered = answer(request);
    if (answered === 'silence') return;
    const { status, headers: own, body } = answered;
    response
      .writeHead(status, own)
      .end(typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body);
  });
  const port = await listen(hosts);
  const proxy = createServer().on('connect', (_, client) => {
    const server = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    server.on('error', () => client.destroy()).pipe(client);
    client.on('error', () => server.destroy()).pipe(server);
  });
  const restore = setGlobalProxyFromEnv({
    https_proxy: `http://127.0.0.1:${await listen(proxy)}`,
    no_proxy: '127.0.0.1,localhost',
  });
  const authorities = getCACertificates('default');
  setDefaultCACertificates([...authorities, testCertificate]);
  return {
    requests,
    async close() {
      restore();
      setDefaultCACertificates(authorities);
      await Promise.all([end(hosts), end(proxy)]);
    },
  };
}

/** Google's metadata server, which gives credentials to programs on Google's machines. Set `GCE_METADATA_HOST` to its address. */
export async function metadataServer(token: string): Promise<{ host: string; close(): Promise<void> }> {
  const answers: Readonly<Record<string, string | object>> = {
    '/computeMetadata/v1/instance': 'instance/',
    '/computeMetadata/v1/project/project-id': 'local',
    '/computeMetadata/v1/instance/service-accounts/default/token': {
      access_token: token,
      expires_in: 3_600,
      token_type: 'Bearer',
    },
  };
  const server = createServer((request, response) => {
    const body = answers[(request.url ?? '').replace(/\/?(\?.*)?$/, '')];
    const [type, text] = typeof body === 'object' ? ['json', JSON.stringify(body)] : ['text', body];
    response.writeHead(body === undefined ? 404 : 200, {
      'metadata-flavor': 'Google',
      'content-type': `application/${type}`,
    });
    response.end(text);
  });
  const host = `127.0.0.1:${await listen(server)}`;
  return { host, close: () => end(server) };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
