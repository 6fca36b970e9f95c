// json-lines: the lines of a JSON lines file to a Kafka topic, each exactly once, also while the file grows.
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { jsonLinesSettings } from './config.ts';
import { runJsonLines } from './json-lines.ts';

void runApp(
  {
    name: 'json-lines',
    description: 'publishes the lines of a JSON lines file to Kafka',
    settings: jsonLinesSettings,
    rules: [...kafkaRules, ...schemaRegistryRules],
    parts: sourceParts,
    run: runJsonLines,
  },
  process.env,
);
