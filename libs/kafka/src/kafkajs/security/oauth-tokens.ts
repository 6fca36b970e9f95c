import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  ClientSecretBasic,
  processClientCredentialsResponse,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import type { KafkaConfig } from '../../kafka-settings.ts';

type OauthConfig = Pick<
  KafkaConfig,
  'KAFKA_OAUTH_TOKEN_URL' | 'KAFKA_OAUTH_CLIENT_ID' | 'KAFKA_OAUTH_CLIENT_SECRET' | 'KAFKA_OAUTH_SCOPE'
>;

/** A token is renewed in the last minute of its life, or in the last half of a shorter one. */
const renewalMs = 60_000;
const requestMs = 10_000;

/**
 * Tokens for kafkajs, which asks for one whenever a connection logs in: by the grant of client credentials (RFC 6749, 4.4), with the
 * secret in the header, as each server of tokens must take it (2.3.1). All connections share a token.
 *
 * @returns a function that throws with a sentence for people where the server gives no token
 */
export function oauthTokens(config: OauthConfig): () => Promise<{ value: string }> {
  let held: HeldToken | undefined;
  return () => {
    if (held === undefined || performance.now() >= held.renewAtMs) {
      const next: HeldToken = { token: requestToken(config), renewAtMs: Infinity };
      held = next;
      next.token.then(
        ({ expires_in: seconds = 0 }) => {
          const lifeMs = seconds * 1000;
          next.renewAtMs = performance.now() + Math.max(lifeMs - renewalMs, lifeMs / 2);
        },
        // The next login asks again.
        () => void (held = held === next ? undefined : held),
      );
    }
    return held.token.then(({ access_token: value }) => ({ value }));
  };
}

interface HeldToken {
  token: Promise<TokenEndpointResponse>;
  renewAtMs: number;
}

async function requestToken(config: OauthConfig): Promise<TokenEndpointResponse> {
  const {
    KAFKA_OAUTH_TOKEN_URL: url = '',
    KAFKA_OAUTH_CLIENT_ID: id = '',
    KAFKA_OAUTH_CLIENT_SECRET: secret = '',
    KAFKA_OAUTH_SCOPE: scope,
  } = config;
  const [server, client] = [{ issuer: new URL(url).origin, token_endpoint: url }, { client_id: id }];
  try {
    const response = await clientCredentialsGrantRequest(
      server,
      client,
      ClientSecretBasic(secret),
      scope === undefined ? {} : { scope },
      // The rules of the settings have refused http to another host.
      { [allowInsecureRequests]: true, signal: AbortSignal.timeout(requestMs) },
    );
    return await processClientCredentialsResponse(server, client, response);
  } catch (error) {
    throw problemOf(error, url);
  }
}

function problemOf(error: unknown, url: string): Error {
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) {
    const why = error instanceof ResponseBodyError ? error.error : `status ${error.status}`;
    return new Error(
      `${url} gives no token (${why}): check KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET and KAFKA_OAUTH_SCOPE`,
    );
  }
  const sentence = `there is no answer with a token from ${url}: check KAFKA_OAUTH_TOKEN_URL, and that the server runs`;
  return new Error(sentence, { cause: error });
}
