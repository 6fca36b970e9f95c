// iot: readings of devices to the Kafka topic `iot-readings`: of a simulated fleet, or of real devices at an MQTT broker.
import { sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { iotRules, iotSettings } from './config.ts';
import { runIot } from './iot.ts';

void runApp(
  {
    name: 'iot',
    description: 'publishes the readings of devices to Kafka: of simulated ones, or of real ones at an MQTT broker',
    settings: iotSettings,
    rules: iotRules,
    parts: sourceParts,
    run: runIot,
  },
  process.env,
);
