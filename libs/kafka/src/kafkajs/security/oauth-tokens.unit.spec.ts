import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@sluice/config';
import { expect, it, onTestFinished } from 'vitest';
import { kafkaRules, kafkaSettings } from '../../kafka-settings.ts';
import { oauthTokens } from './oauth-tokens.ts';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** A server of tokens. It answers the next request with each answer; the last one stays. */
async function tokenServer(...answers: Answer[]) {
  const requests: { authorization: string | undefined; body: string }[] = [];
  const answer = async (request: IncomingMessage) => {
    requests.push({ authorization: request.headers.authorization, body: await text(request) });
    return answers[Math.min(requests.length, answers.length) - 1] ?? { status: 500, body: {} };
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/token`, requests };
}

const token = (value: string, seconds: number): Answer => ({
  status: 200,
  body: { access_token: value, token_type: 'bearer', expires_in: seconds },
});

const tokensFrom = (url: string) =>
  oauthTokens(
    loadConfig(
      'test',
      kafkaSettings,
      {
        KAFKA_SASL_MECHANISM: 'oauthbearer',
        KAFKA_OAUTH_TOKEN_URL: url,
        KAFKA_OAUTH_CLIENT_ID: 'sluice',
        KAFKA_OAUTH_CLIENT_SECRET: 'hunter2',
        KAFKA_OAUTH_SCOPE: 'kafka',
      },
      kafkaRules,
    ),
  );

it('connections share a token, which is asked for with the secret in the header', async () => {
  const { url, requests } = await tokenServer(token('one', 3600), token('two', 3600));
  const tokens = tokensFrom(url);
  expect(await Promise.all([tokens(), tokens()])).toEqual([{ value: 'one' }, { value: 'one' }]);
  expect(await tokens()).toEqual({ value: 'one' });
  expect(requests).toHaveLength(1);
  expect(requests[0]?.authorization).toBe(`Basic ${Buffer.from('sluice:hunter2').toString('base64')}`);
  const body = new URLSearchParams(requests[0]?.body);
  expect([body.get('grant_type'), body.get('scope')]).toEqual(['client_credentials', 'kafka']);
});

it('a token is renewed before it expires', async () => {
  const tokens = tokensFrom((await tokenServer(token('one', 1), token('two', 3600))).url);
  expect(await tokens()).toEqual({ value: 'one' });
  await delay(600);
  expect(await tokens()).toEqual({ value: 'two' });
});

it('a refusal names the settings, never the secret, and the next login asks again', async () => {
  const { url } = await tokenServer({ status: 401, body: { error: 'invalid_client' } }, token('one', 3600));
  const tokens = tokensFrom(url);
  const refused: unknown = await tokens().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    message: `${url} gives no token (invalid_client): check KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET and KAFKA_OAUTH_SCOPE`,
  });
  expect(await tokens()).toEqual({ value: 'one' });
});

it('a server that is away, or none of tokens, names its setting', async () => {
  const away = tokensFrom('http://127.0.0.1:1/token');
  await expect(away()).rejects.toThrow(/from http:\/\/127.0.0.1:1\/token: check KAFKA_OAUTH_TOKEN_URL/);
  const { url } = await tokenServer({ status: 200, body: { hello: 'world' } });
  await expect(tokensFrom(url)()).rejects.toThrow(/check KAFKA_OAUTH_TOKEN_URL/);
});
