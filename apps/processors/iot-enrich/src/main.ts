// iot-enrich: the readings of devices, all of them texts, to events with numbers and times: topic `iot-readings` to `iot-events`.
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { processorParts, runProcessor } from '@sluice/processor';
import { iotEvent, iotReading } from '@sluice/contracts';
import { runApp } from '@sluice/telemetry';
import { iotEnrichSettings } from './config.ts';
import { iotEnrich } from './iot-enrich.ts';

void runApp(
  {
    name: 'iot-enrich',
    description: 'makes numbers and times of what devices send, from Kafka to Kafka',
    settings: iotEnrichSettings,
    rules: [...kafkaRules, ...schemaRegistryRules],
    parts: processorParts,
    run: (config, context) => runProcessor({ processor: iotEnrich, from: iotReading, to: iotEvent, config, context }),
  },
  process.env,
);
