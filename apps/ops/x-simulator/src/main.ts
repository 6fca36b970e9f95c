// x-simulator: stands in for X's API, with tweets that it makes up and faults on demand. Not one of its tweets is real.
import { runApp } from '@sluice/telemetry';
import { simulatorSettings } from './config.ts';
import { serve } from './serve.ts';
import { writeFiles } from './write-files.ts';

void runApp(
  {
    name: 'x-simulator',
    description: "stands in for X's API with made-up tweets",
    settings: simulatorSettings,
    // Where it is started beside others, only its trouble is of interest.
    logTo: 'stderr',
    parts: ['api'],
    async run(config, context) {
      const { SIMULATOR_WRITE: folder, SIMULATOR_WRITE_TWEETS: tweets, SIMULATOR_SEED: seed } = config;
      if (folder === undefined) return serve(config, context);
      await writeFiles({ folder, tweets, seed, endMs: Date.now() });
      context.logger.info({ folder, tweets, seed }, 'synthetic tweets are written');
    },
  },
  process.env,
);
