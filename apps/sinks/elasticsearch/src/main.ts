// elasticsearch: Kafka topics to date-suffixed Elasticsearch indices, each event once, under its id.
// It neither deletes indices nor changes documents.
import { elasticsearchSink } from '@sluice/connector-elasticsearch';
import { chosenContracts, runSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { appRules, appSettings } from './config.ts';

void runApp(
  {
    name: 'elasticsearch',
    description: 'delivers Kafka topics to Elasticsearch indices',
    settings: appSettings,
    rules: appRules,
    parts: sinkParts,
    async run(config, context) {
      const contracts = await chosenContracts(config, context);
      const sink = elasticsearchSink(config, contracts, context.logger, context.metrics);
      return runSink({ sink, contracts, config, context });
    },
  },
  process.env,
);
