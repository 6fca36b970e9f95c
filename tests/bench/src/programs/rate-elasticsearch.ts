// The sink `elasticsearch` under a steady rate. Argument: the measurement's name.
import { loadConfig } from '@sluice/config';
import { elasticsearchSink, elasticsearchSinkSettings } from '@sluice/connector-elasticsearch';
import { runSink, sinkSettings, type Sink } from '@sluice/sink';
import { createHealth, createLogger, createMetrics } from '@sluice/telemetry';
import { rateMeter } from '../rates/rate-report.ts';
import { countRequests } from '../rates/request-count.ts';
import { rateTopics } from '../rates/topics.ts';

countRequests();
const contracts = [rateTopics(process.argv[2] ?? '').tweets];
const logger = createLogger({ app: 'bench', level: 'warn', format: 'json', to: 'stderr' });
const config = loadConfig('elasticsearch', { ...elasticsearchSinkSettings, ...sinkSettings }, process.env);
const sink = elasticsearchSink(config, contracts, logger);
const meter = rateMeter();
const metered: Sink = {
  ...sink,
  async write(batch, context) {
    const written = await sink.write(batch, context);
    for (const { timestampMs } of batch.records) meter.acknowledged(timestampMs);
    return written;
  },
};
const { signal } = new AbortController();
const context = { app: 'bench', logger, metrics: createMetrics('bench'), health: createHealth([]), signal };
await runSink({ sink: metered, contracts, config, context });
