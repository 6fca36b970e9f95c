// The sink `gcs` under a steady rate. Argument: the measurement's name.
/* eslint-disable @nx/enforce-module-boundaries -- apps are not imported, but for being measured here */
import { gcsSettings } from '../../../../apps/sinks/gcs/src/config.ts';
import { gcs } from '../../../../apps/sinks/gcs/src/gcs.ts';
/* eslint-enable @nx/enforce-module-boundaries */
import { loadConfig } from '@sluice/config';
import { runCollectingSink } from '@sluice/sink';
import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { rateMeter } from '../rates/rate-report.ts';
import { countRequests } from '../rates/request-count.ts';
import { rateTopics } from '../rates/topics.ts';

countRequests();
const contracts = [rateTopics(process.argv[2] ?? '').tweets];
const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
const config = loadConfig('gcs', gcsSettings, process.env);
rateMeter();
const { signal } = new AbortController();
const context = { app: 'bench', logger, metrics: createMetrics('bench'), health: createHealth([]), signal };
await runCollectingSink({ sink: gcs(config, contracts, context), contracts, config, context });
