// gcs: Kafka topics to Cloud Storage, each record in one object, and each object announced on the topic `objects`.
// It neither deletes nor changes objects.
import { gcsSink } from '@sluice/connector-google';
import { chosenContracts, runCollectingSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { appRules, appSettings } from './config.ts';

void runApp(
  {
    name: 'gcs',
    description: 'delivers Kafka topics to objects in Cloud Storage, and announces each object',
    settings: appSettings,
    rules: appRules,
    parts: sinkParts,
    async run(config, context) {
      const contracts = await chosenContracts(config, context);
      return runCollectingSink({ sink: gcsSink(config, contracts, context), contracts, config, context });
    },
  },
  process.env,
);
