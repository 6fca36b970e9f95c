// iot: readings of devices to the Kafka topic `iot-readings`: of a simulated fleet, or of real devices at an MQTT broker.
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { iotReading as contract } from '@sluice/contracts';
import { runSource, sourceParts } from '@sluice/source';
import { runApp } from '@sluice/telemetry';
import { iotSettings, mqttRules } from './config.ts';
import { simulatedDevices } from './fleet/simulated-devices.ts';
import { truthFile } from './fleet/truth-file.ts';
import { mqttDevices } from './mqtt/mqtt-devices.ts';

void runApp(
  {
    name: 'iot',
    description: 'publishes the readings of devices to Kafka: of simulated ones, or of real ones at an MQTT broker',
    settings: iotSettings,
    rules: [...kafkaRules, ...schemaRegistryRules, ...mqttRules],
    parts: sourceParts,
    async run(config, context) {
      if (config.MQTT_URL !== undefined) {
        const { logger, health, metrics } = context;
        const dropped = metrics.counter({
          name: 'iot_dropped_messages_total',
          help: 'Messages of QoS 0 that came while Kafka had no room',
        });
        const passed = metrics.counter({
          name: 'iot_passed_messages_total',
          help: 'Messages without a reading: retained ones that a resumed session has had, and empty ones, which clear a retained one',
          labelNames: ['kind'],
        });
        const devices = mqttDevices(
          {
            url: config.MQTT_URL,
            topic: config.MQTT_TOPIC,
            clientId: config.MQTT_CLIENT_ID,
            protocol: config.MQTT_PROTOCOL,
            inFlight: config.MQTT_IN_FLIGHT,
            inFlightBytes: config.MQTT_IN_FLIGHT_BYTES,
            ...(config.MQTT_USERNAME !== undefined && { username: config.MQTT_USERNAME }),
            ...(config.MQTT_PASSWORD !== undefined && { password: config.MQTT_PASSWORD }),
            ...(config.MQTT_TLS_CA_FILE !== undefined && { ca: config.MQTT_TLS_CA_FILE }),
            ...(config.MQTT_TLS_CERT_FILE !== undefined && { cert: config.MQTT_TLS_CERT_FILE }),
            ...(config.MQTT_TLS_KEY_FILE !== undefined && { key: config.MQTT_TLS_KEY_FILE }),
          },
          { logger, health, onDrop: () => dropped.inc(), onPass: (kind) => passed.inc({ kind }) },
        );
        try {
          await runSource({ source: devices.source, contract, config, context, cursors: false });
        } finally {
          await devices.close();
        }
        return;
      }
      const skipped = context.metrics.counter({
        name: 'iot_skipped_measurements_total',
        help: 'Measurements of simulated devices for which nobody was there, or Kafka had no room in time',
      });
      const truth = config.IOT_TRUTH_FILE === undefined ? undefined : truthFile(config.IOT_TRUTH_FILE);
      const source = simulatedDevices(
        {
          seed: config.IOT_SEED,
          devices: config.IOT_DEVICES,
          perSecond: config.IOT_READINGS_PER_SECOND,
          trouble: config.IOT_TROUBLE,
        },
        {
          ...(config.IOT_MEASUREMENTS !== undefined && { measurements: config.IOT_MEASUREMENTS }),
          ...(truth !== undefined && { truth }),
          onSkipped(count) {
            skipped.inc(count);
            context.logger.warn({ measurements: count }, 'left out what is over a minute old');
          },
        },
      );
      await runSource({ source, contract, config, context, cursors: true });
      truth?.close();
    },
  },
  process.env,
);
