// The processor `iot-enrich` under a steady rate. Argument: the measurement's name.
import { loadConfig } from '@sluice/config';
import { iotEnrich, iotEnrichSettings } from '@sluice/iot-enrich';
import { runProcessor } from '@sluice/processor';
import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { rateMeter } from '../rates/rate-report.ts';
import { countRequests } from '../rates/request-count.ts';
import { rateTopics } from '../rates/topics.ts';

countRequests();
const { readings: from, events: to } = rateTopics(process.argv[2] ?? '');
const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
const config = loadConfig('iot-enrich', iotEnrichSettings, process.env);
rateMeter();
const { signal } = new AbortController();
const context = { app: 'bench', logger, metrics: createMetrics('bench'), health: createHealth([]), signal };
await runProcessor({ processor: iotEnrich, from, to, config, context });
