import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of tokens for one client, as oauthbearer asks for them. The tokens carry no signature. */
interface TokenServer {
  url: string;
  close(): void;
}

const lifeSeconds = 600;
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** RFC 6749, 2.3.1: id and secret are percent-encoded before they are put together. */
const secretOf = (authorization = ''): string => decodeURIComponent(atob(authorization.replace(/^Basic /, '')));

/** @param subject the user of Kafka that the tokens are for */
export async function tokenServer(client: { id: string; secret: string; subject: string }): Promise<TokenServer> {
  const server = createServer((request, response) => {
    const isClient = secretOf(request.headers.authorization) === `${client.id}:${client.secret}`;
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims = { sub: client.subject, iat: nowSeconds, exp: nowSeconds + lifeSeconds };
    const token = { access_token: `${part({ alg: 'none' })}.${part(claims)}.`, expires_in: lifeSeconds };
    request.resume();
    response
      .writeHead(isClient ? 200 : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify(isClient ? { ...token, token_type: 'bearer' } : { error: 'invalid_client' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/token`, close: () => void server.close() };
}
