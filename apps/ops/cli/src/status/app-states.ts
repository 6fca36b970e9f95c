import { appAddresses, appHealth, type AppHealth } from '@sluice/operations';
import { sourceMetrics } from '@sluice/telemetry';
import { duration } from '@sluice/terminal';
import { runningAppsFile } from '../start/running-apps-file.ts';

/** What an app says about itself. */
export interface AppState {
  name: string;
  url: string;
  /** `silent`: a source that is ready and publishes nothing, which may be as it should be. */
  state: 'ready' | 'silent' | 'not ready' | 'no answer';
  reason: string | undefined;
  /** Since when it is not ready, as it says itself. */
  since: string | undefined;
}

/** A source that publishes nothing for so long is called silent, as on the dashboard. */
const silentAfterSeconds = 60;

/** The apps that can be found; undefined where nothing says where they are. @throws OperationRefused for a wrong SLUICE_APPS */
export async function appStates(environment: NodeJS.ProcessEnv): Promise<AppState[] | undefined> {
  const addresses = await appAddresses({ list: environment['SLUICE_APPS'], file: runningAppsFile });
  if (addresses === undefined) return undefined;
  return Promise.all(
    addresses.map(async ({ name, url }): Promise<AppState> => {
      const health = await appHealth(url);
      const known = { name, url, since: undefined };
      if (!health.answers) return { ...known, state: 'no answer', reason: health.reason };
      if (health.ready) return { ...known, ...readyState(health) };
      const reason = Object.entries(health.reasons)
        .map(([part, why]) => `${part}: ${why}`)
        .join('; ');
      const since = health.sinceMs === undefined ? undefined : new Date(health.sinceMs).toISOString();
      return { ...known, state: 'not ready', reason, since };
    }),
  );
}

function readyState({ samples }: AppHealth & { answers: true }): Pick<AppState, 'state' | 'reason'> {
  const silences = samples.filter(({ name }) => name === sourceMetrics.silence.name);
  const silent = silences.filter(({ value }) => value > silentAfterSeconds);
  if (silent.length === 0 || silent.length < silences.length) return { state: 'ready', reason: undefined };
  const topics = silent.map(({ labels, value }) => `${labels['topic'] ?? ''} for ${duration(value * 1_000)}`);
  return { state: 'silent', reason: `it has published nothing to ${topics.join(', ')}` };
}
