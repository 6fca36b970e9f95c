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

/** Asks the schema registry for its subjects. */
export async function registryState(environment: NodeJS.ProcessEnv): Promise<ServerState> {
  const options = registryOptions(commandConfig(eventSettings, environment));
  const name = 'schema registry';
  const address = options.url;
  try {
    const login = options.auth && Buffer.from(`${options.auth.username}:${options.auth.password}`).toString('base64');
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
