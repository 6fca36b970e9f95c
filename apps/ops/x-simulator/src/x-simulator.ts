import type { AppContext } from '@sluice/telemetry';
import type { SimulatorConfig } from './config.ts';
import { serve } from './serve.ts';
import { writeFiles } from './write-files.ts';

/** Serves the API until it is stopped, or writes files of tweets where `SIMULATOR_WRITE` names a folder. */
export async function runSimulator(config: SimulatorConfig, context: AppContext): Promise<void> {
  const { SIMULATOR_WRITE: folder, SIMULATOR_WRITE_TWEETS: tweets, SIMULATOR_SEED: seed } = config;
  if (folder === undefined) return serve(config, context);
  await writeFiles({ folder, tweets, seed, endMs: Date.now() });
  context.logger.info({ folder, tweets, seed }, 'wrote synthetic tweets');
}
