// s3: Kafka topics to a bucket of S3, each record in one object, and each object announced on the topic `objects`.
// It neither deletes nor changes objects.
import { s3Sink } from '@sluice/connector-aws';
import { chosenContracts, runCollectingSink, sinkParts } from '@sluice/sink';
import { runApp } from '@sluice/telemetry';
import { appRules, appSettings } from './config.ts';

void runApp(
  {
    name: 's3',
    description:
      'delivers Kafka topics to objects in S3, or in any server that speaks its protocol, and announces each object',
    settings: appSettings,
    rules: appRules,
    parts: sinkParts,
    async run(config, context) {
      const contracts = await chosenContracts(config, context);
      return runCollectingSink({ sink: s3Sink(config, contracts, context), contracts, config, context });
    },
  },
  process.env,
);
