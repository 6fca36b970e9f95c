import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { eventually, startAppProcess, type AppProcess } from '@sluice/testkit';
import { startAppInputs } from '../loads/app-inputs.ts';
import type { SecuredServers } from './secured-servers.ts';

/** Apps that run as processes against secured servers, each with a user of its own. */
export interface SecuredApps {
  /** Starts an app. @param settings in addition to those of the servers and of its input */
  start(app: string, settings: Readonly<Record<string, string>>): AppProcess;
  /** Waits for a log line of an app, written from now on, whose reason matches. @returns the reason */
  nextReason(app: string, wanted: RegExp): Promise<string>;
  /** An app's settings for TLS and its own login by SCRAM. */
  login(app: string): Readonly<Record<string, string>>;
  /** Ends what the sources read. */
  close(): Promise<void>;
}

export const userOf = (app: string): string => basename(app);
export const passwordOf = (app: string): string => `${basename(app)}-open-sesame`;

const linesPerSecond = 20;
const patienceMs = 120_000;
const sentenceMs = 60_000;

export async function securedApps(
  servers: SecuredServers,
  folder: string,
  keys: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<SecuredApps> {
  const inputs = await startAppInputs(folder, linesPerSecond, signal);
  const logOf = (app: string): string => join(folder, `${basename(app)}.log`);
  return {
    start: (app, settings) =>
      startAppProcess({
        folder: app,
        environment: { ...servers.stack.environment, ...keys, ...inputs.settingsOf(app), ...settings },
        logFile: logOf(app),
      }),
    async nextReason(app, wanted) {
      const before = await logText(logOf(app));
      return eventually(
        async () => reasonIn((await logText(logOf(app))).slice(before.length), wanted, app),
        sentenceMs,
      );
    },
    login: (app) => ({
      KAFKA_BROKERS: servers.brokers,
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: servers.authority.certificate,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: userOf(app),
      KAFKA_SASL_PASSWORD: passwordOf(app),
    }),
    close: inputs.stop,
  };
}

/** @throws while the app is not ready, with what its `/ready` says */
export function untilReady(app: AppProcess): Promise<void> {
  return eventually(async () => {
    const response = await fetch(`${await app.telemetryUrl}/ready`);
    if (!response.ok) throw new Error(`an app is not ready: ${await response.text()}`);
  }, patienceMs);
}

const logText = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

/** @throws where no line has such a reason */
function reasonIn(text: string, wanted: RegExp, app: string): string {
  const reasons: string[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    if (!line.startsWith('{')) continue;
    const { reason, err } = JSON.parse(line) as { reason?: string; err?: { message?: string } };
    const said = reason ?? err?.message;
    if (said === undefined) continue;
    if (wanted.test(said)) return said;
    reasons.push(said);
  }
  throw new Error(`${app} says nothing that matches ${wanted}, but: ${[...new Set(reasons)].join(' | ')}`);
}
