// gcs: Kafka topics to Cloud Storage, each record in one object, and each object announced on the topic `objects`.
// It neither deletes nor changes objects.
import { chosenContracts, runCollectingSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { gcsRules, gcsSettings } from './config.ts';
import { gcs } from './gcs.ts';

void runApp(
  {
    name: 'gcs',
    description: 'delivers Kafka topics to objects in Cloud Storage, and announces each object',
    settings: gcsSettings,
    rules: gcsRules,
    parts: sinkParts,
    run(config, context) {
      const contracts = chosenContracts(config);
      return runCollectingSink({ sink: gcs(config, contracts, context), contracts, config, context });
    },
  },
  process.env,
);
