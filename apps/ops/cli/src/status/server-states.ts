import { registryOptions } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import { commandConfig, eventSettings } from '../settings.ts';

/** Whether a server answers. */
export interface ServerState {
  name: string;
  address: string;
  /** Why it does not answer, or not as it should. */
  problem: string | undefined;
}

const timeoutMs = 5_000;

/** Asks the schema registry for its subjects. Of several, one that answers is enough. */
export async function registryState(environment: NodeJS.ProcessEnv): Promise<ServerState> {
  const options = registryOptions(commandConfig(eventSettings, environment));
  const states = await Promise.all(options.url.map((address) => stateOf(address, options.auth)));
  const state = states.find(({ problem }) => problem === undefined) ?? states[0];
  if (state === undefined) throw new Error('SCHEMA_REGISTRY_URL names no registry');
  return state;
}

async function stateOf(address: string, auth: ReturnType<typeof registryOptions>['auth']): Promise<ServerState> {
  const name = 'schema registry';
  try {
    const login = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
    const response = await fetch(`${address}/subjects`, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: login === undefined ? {} : { authorization: `Basic ${login}` },
    });
    await response.body?.cancel();
    return { name, address, problem: response.ok ? undefined : `it answers with status ${response.status}` };
  } catch (error) {
    return { name, address, problem: describeError(error) };
  }
}
