// x-simulator: stands in for X's API, with tweets that it makes up and faults on demand. None of its tweets is real.
import { runApp } from '@sluice/telemetry';
import { simulatorSettings } from './config.ts';
import { runSimulator } from './x-simulator.ts';

void runApp(
  {
    name: 'x-simulator',
    description: "stands in for X's API with synthetic tweets",
    settings: simulatorSettings,
    // `npm start` shows standard output of its apps, and only the simulator's problems matter there.
    logTo: 'stderr',
    parts: ['api'],
    run: runSimulator,
  },
  process.env,
);
