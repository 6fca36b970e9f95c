import { appAddresses, appHealth } from '@sluice/operations';
import { runningAppsFile } from '../start/running-apps-file.ts';

/** What an app says about itself. */
export interface AppState {
  name: string;
  url: string;
  state: 'ready' | 'not ready' | 'no answer';
  reason: string | undefined;
}

/** The apps that can be found; undefined where nothing says where they are. @throws OperationRefused for a wrong SLUICE_APPS */
export async function appStates(environment: NodeJS.ProcessEnv): Promise<AppState[] | undefined> {
  const addresses = await appAddresses({ list: environment['SLUICE_APPS'], file: runningAppsFile });
  if (addresses === undefined) return undefined;
  return Promise.all(
    addresses.map(async ({ name, url }): Promise<AppState> => {
      const health = await appHealth(url);
      if (!health.answers) return { name, url, state: 'no answer', reason: health.reason };
      if (health.ready) return { name, url, state: 'ready', reason: undefined };
      const reason = Object.entries(health.reasons)
        .map(([part, why]) => `${part}: ${why}`)
        .join('; ');
      return { name, url, state: 'not ready', reason };
    }),
  );
}
