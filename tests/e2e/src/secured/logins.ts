import type { AccessControl, AccessRight } from '@sluice/kafka/testing';
import type { Judge } from './missing-rights.ts';
import { untilReady, userOf, type SecuredApps } from './secured-apps.ts';
import type { SecuredServers } from './secured-servers.ts';
import { tokenServer } from './token-server.ts';

interface Given {
  apps: SecuredApps;
  servers: SecuredServers;
  control: AccessControl;
}

/** The app that tries other logins and wrong settings. */
export const triedApp = 'sinks/stdout';

const client = { id: 'sluice-stdout', secret: 'sesame', subject: userOf(triedApp) };

/** The other ways to log in, each with the app's own rights. @returns how many */
export async function otherLogins({ apps, servers, control }: Given, rights: readonly AccessRight[], judge: Judge) {
  const tokens = await tokenServer(client);
  const { KAFKA_TLS, KAFKA_TLS_CA_FILE = '' } = apps.login(triedApp);
  const tls = { KAFKA_TLS: KAFKA_TLS ?? 'true', KAFKA_TLS_CA_FILE };
  await control.grant('CN=client', rights);
  const logins: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    PLAIN: { ...apps.login(triedApp), KAFKA_SASL_MECHANISM: 'plain' },
    "the client's certificate": {
      ...{ ...tls, KAFKA_BROKERS: servers.mutualBrokers },
      ...{ KAFKA_TLS_CERT_FILE: servers.client.certificate, KAFKA_TLS_KEY_FILE: servers.client.key },
    },
    'a token': {
      ...{ ...tls, KAFKA_BROKERS: servers.brokers, KAFKA_SASL_MECHANISM: 'oauthbearer' },
      KAFKA_OAUTH_TOKEN_URL: tokens.url,
      ...{ KAFKA_OAUTH_CLIENT_ID: client.id, KAFKA_OAUTH_CLIENT_SECRET: client.secret },
    },
  };
  for (const [what, settings] of Object.entries(logins)) {
    judge.signal.throwIfAborted();
    const process = apps.start(triedApp, settings);
    await untilReady(process).then(
      () => judge.say(`${triedApp} works with ${what}`),
      (error: unknown) => judge.shortfalls.push(`${triedApp} with ${what}: ${String(error)}`),
    );
    await process.stop();
  }
  tokens.close();
  return Object.keys(logins).length;
}

interface WrongSetting {
  what: string;
  settings: Readonly<Record<string, string>>;
  sentence: RegExp;
}

/** @returns how many wrong settings were tried */
export async function wrongSettings({ apps, servers }: Given, { say, signal, shortfalls }: Judge): Promise<number> {
  const tokens = await tokenServer(client);
  const mistakes = mistakesOf(apps.login(triedApp), servers, tokens.url);
  for (const { what, settings, sentence } of mistakes) {
    signal.throwIfAborted();
    const saying = apps.nextReason(triedApp, sentence);
    const process = apps.start(triedApp, settings);
    await saying.then(
      (found) => say(`${what}: ${found}`),
      (error: unknown) => shortfalls.push(`${what}: ${String(error)}`),
    );
    await process.stop();
  }
  tokens.close();
  return mistakes.length;
}

function mistakesOf(
  right: Readonly<Record<string, string>>,
  { mutualBrokers, expiredBrokers, expiredAuthority, otherAuthority }: SecuredServers,
  tokenUrl: string,
): WrongSetting[] {
  const without = (start: string) =>
    Object.fromEntries(Object.entries(right).filter(([name]) => !name.startsWith(start)));
  const refused = /refuses the login: check KAFKA_SASL_MECHANISM/;
  const byCertificate = { ...without('KAFKA_SASL'), KAFKA_BROKERS: mutualBrokers };
  return [
    { what: 'without TLS', settings: without('KAFKA_TLS'), sentence: /set KAFKA_TLS=true/ },
    { what: 'without a login', settings: without('KAFKA_SASL'), sentence: /set KAFKA_SASL_MECHANISM/ },
    { what: 'a wrong password', settings: { ...right, KAFKA_SASL_PASSWORD: 'close-sesame' }, sentence: refused },
    { what: 'an unknown user', settings: { ...right, KAFKA_SASL_USERNAME: 'unknown-app' }, sentence: refused },
    {
      what: 'a way to log in that the broker does not have',
      settings: { ...right, KAFKA_SASL_MECHANISM: 'scram-sha-256' },
      sentence: /does not support this way to log in/,
    },
    {
      what: 'an unknown authority',
      settings: { ...right, KAFKA_TLS_CA_FILE: otherAuthority.certificate },
      sentence: /certificate is not trusted: set KAFKA_TLS_CA_FILE/,
    },
    {
      what: "a broker's certificate that has expired",
      settings: { ...right, KAFKA_BROKERS: expiredBrokers, KAFKA_TLS_CA_FILE: expiredAuthority.certificate },
      sentence: /the broker's certificate has expired/,
    },
    { what: "without the client's certificate", settings: byCertificate, sentence: /set KAFKA_TLS_CERT_FILE/ },
    {
      what: "a client's certificate that the broker does not trust",
      settings: {
        ...byCertificate,
        ...{ KAFKA_TLS_CERT_FILE: otherAuthority.certificate, KAFKA_TLS_KEY_FILE: otherAuthority.key },
      },
      sentence: /set KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE to one that it trusts/,
    },
    {
      what: 'a wrong secret of the client',
      settings: {
        ...{ ...without('KAFKA_SASL'), KAFKA_SASL_MECHANISM: 'oauthbearer' },
        ...{ KAFKA_OAUTH_TOKEN_URL: tokenUrl, KAFKA_OAUTH_CLIENT_ID: client.id, KAFKA_OAUTH_CLIENT_SECRET: 'closed' },
      },
      sentence: /gives no token \(invalid_client\): check KAFKA_OAUTH_CLIENT_ID/,
    },
  ];
}
