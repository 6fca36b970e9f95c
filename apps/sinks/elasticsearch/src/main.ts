// elasticsearch: Kafka topics to date-suffixed Elasticsearch indices, each event once, under its id.
// It neither deletes indices nor changes documents.
import { chosenContracts, runSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { elasticsearchRules, elasticsearchSettings } from './config.ts';
import { elasticsearch } from './elasticsearch.ts';

void runApp(
  {
    name: 'elasticsearch',
    description: 'delivers Kafka topics to Elasticsearch indices',
    settings: elasticsearchSettings,
    rules: elasticsearchRules,
    parts: sinkParts,
    run(config, context) {
      const contracts = chosenContracts(config);
      return runSink({ sink: elasticsearch(config, contracts, context.logger), contracts, config, context });
    },
  },
  process.env,
);
