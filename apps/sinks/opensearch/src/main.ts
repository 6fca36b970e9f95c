// opensearch: Kafka topics to date-suffixed OpenSearch indices, each event once, under its id.
// It neither deletes indices nor changes documents.
import { opensearchSink } from '@sluice/connector-opensearch';
import { chosenContracts, runSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { appRules, appSettings } from './config.ts';

void runApp(
  {
    name: 'opensearch',
    description: 'delivers Kafka topics to OpenSearch indices',
    settings: appSettings,
    rules: appRules,
    parts: sinkParts,
    async run(config, context) {
      const contracts = await chosenContracts(config, context);
      const sink = opensearchSink(config, contracts, context.logger, context.metrics);
      return runSink({ sink, contracts, config, context });
    },
  },
  process.env,
);
