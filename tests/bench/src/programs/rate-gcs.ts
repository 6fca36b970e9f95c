// The sink `gcs` under a steady rate. Argument: the measurement's name.
import { loadConfig } from '@sluice/config';
import { gcsSink, gcsSinkSettings } from '@sluice/connector-google';
import { collectingSinkSettings, runCollectingSink } from '@sluice/sink';
import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { rateMeter } from '../rates/rate-report.ts';
import { countRequests } from '../rates/request-count.ts';
import { rateTopics } from '../rates/topics.ts';

countRequests();
const contracts = [rateTopics(process.argv[2] ?? '').tweets];
const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
const config = loadConfig('gcs', { ...gcsSinkSettings, ...collectingSinkSettings }, process.env);
rateMeter();
const { signal } = new AbortController();
const context = { app: 'bench', logger, metrics: createMetrics('bench'), health: createHealth([]), signal };
await runCollectingSink({ sink: gcsSink(config, contracts, context), contracts, config, context });
