import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCodec } from '../codec.ts';
import { iotReading } from '@sluice/contracts';
import { registryProblem } from './registry-problem.ts';

const login = { username: 'reader', password: 'secret' };
const value = Buffer.of(0, 0, 0, 0, 7, 0);

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}/registry`;
}

const answering = (status: number, body: string, type = 'application/json') =>
  listen(
    createHttpServer((_, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    }),
  );
/** What reading a schema and registering one fail with. */
async function messages(url: string, auth?: typeof login): Promise<string[]> {
  const codec = createCodec({ url, ...(auth && { auth }) });
  const asked = await Promise.allSettled([codec.fetchSchema(value), codec.encoder(iotReading)]);
  return asked.map((one) =>
    one.status === 'rejected' && one.reason instanceof Error ? one.reason.message : one.status,
  );
}

describe('an answer that is no schema', () => {
  it.each([
    ['a page', '<html>no such page</html>', 'text/html'],
    ['an object', '{"detail":"no such page"}', 'application/json'],
    ["a service's own words", '{"message":"HTTP 404 Not Found"}', 'application/json'],
  ])('404 with %s names the setting of the path', async (_, body, type) => {
    const url = `http://${await answering(404, body, type)}`;
    for (const message of await messages(url)) {
      expect(message).toContain(`there is no schema registry at ${url} (404)`);
      expect(message).toContain('check the host and the path of SCHEMA_REGISTRY_URL');
      expect(message).not.toMatch(/object Object|<html>/);
    }
  });

  it.each([
    [200, '{}'],
    [200, '<html>hello</html>'],
    [302, ''],
  ])('%i with %j names the setting of the path', async (status, body) => {
    const url = `http://${await answering(status, body)}`;
    for (const message of await messages(url))
      expect(message).toMatch(/does not answer as a schema registry: .*SCHEMA_REGISTRY_URL/);
  });

  it('401 names the settings of the login, never the password', async () => {
    const url = `http://${await answering(401, '{"error_code":40101,"message":"Unauthorized"}')}`;
    for (const message of await messages(url))
      expect(message).toContain('asks for a login (401): set SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD');
    for (const message of await messages(url, login)) {
      expect(message).toContain('refuses the login (401): check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD');
      expect(message).not.toContain(login.password);
    }
  });

  it('403 names the right', async () => {
    const url = `http://${await answering(403, '{"error_code":40301,"message":"User is denied operation Read on Subject"}')}`;
    for (const message of await messages(url, login))
      expect(message).toMatch(
        /denies this user access \(403\) \(User is denied.*grant the right to read schemas, and to register/,
      );
  });

  it('500 says what the registry says', async () => {
    const url = `http://${await answering(500, '{"error_code":50001,"message":"Error in the backend data store"}')}`;
    for (const message of await messages(url))
      expect(message).toBe(`the schema registry at ${url} answers 500 (Error in the backend data store)`);
  });
});

describe('a connection that fails', () => {
  it('without TLS to a port that speaks it hints at https://', async () => {
    // It needs no certificate to refuse what is no TLS.
    const url = `http://${await listen(createTlsServer())}`;
    for (const message of await messages(url)) expect(message).toContain('let SCHEMA_REGISTRY_URL begin with https://');
  });

  it('with TLS to a port that does not speak it hints at http://', async () => {
    const url = `https://${await answering(200, '{}')}`;
    for (const message of await messages(url)) expect(message).toContain('let SCHEMA_REGISTRY_URL begin with http://');
  });

  it.each([
    ['self-signed certificate; if the root CA is installed locally, try …', /is not trusted.*set NODE_EXTRA_CA_CERTS/],
    ['unable to verify the first certificate', /is not trusted.*set NODE_EXTRA_CA_CERTS/],
    ["Hostname/IP does not match certificate's altnames: Host: a. is not cert's CN: b", /is for another host/],
  ])('because of its certificate names the setting: %s', (reason, expected) => {
    const error = Object.assign(new Error(`sluice - Error, status 400: ${reason}`), { status: 400 });
    const problem = registryProblem(error, { url: 'https://registry.example.com', hasLogin: false });
    expect(problem).toMatchObject({ message: expect.stringMatching(expected) });
  });

  it('to nobody says so', async () => {
    const server = createServer();
    const url = `http://${await listen(server)}`;
    server.close();
    for (const message of await messages(url)) expect(message).toMatch(/cannot be reached: connect ECONNREFUSED/);
  });
});

it.each([301, 302, 307, 308])('the login does not go along with a redirect to another host (%i)', async (status) => {
  const caught: (string | undefined)[] = [];
  const other = await listen(
    createHttpServer((request, response) => {
      caught.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }),
  );
  // The first answer to each path is the client's; a 404 is asked for again, by other means.
  const paths = new Set<string>();
  const url = await listen(
    createHttpServer((request, response) => {
      const path = request.url ?? '';
      const isFirst = !paths.has(path);
      paths.add(path);
      const headers = { location: `http://${other.replace('127.0.0.1', 'localhost')}` };
      response.writeHead(isFirst ? 404 : status, headers).end();
    }),
  );
  await messages(`http://${url}`, login);
  expect(paths.size).toBeGreaterThan(0);
  for (const authorization of caught) expect(authorization).toBeUndefined();
});
