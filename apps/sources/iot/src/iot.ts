import { iotReading as contract } from '@sluice/contracts';
import { runSource } from '@sluice/source';
import { iotMetrics, type AppContext } from '@sluice/telemetry';
import type { IotConfig } from './config.ts';
import { simulatedDevices } from './fleet/simulated-devices.ts';
import { truthFile } from './fleet/truth-file.ts';
import { mqttDevices } from './mqtt/mqtt-devices.ts';

/** Publishes readings until it is stopped: of the devices at `MQTT_URL`, or of the simulated fleet where there is none. */
export const runIot = (config: IotConfig, context: AppContext): Promise<void> =>
  config.MQTT_URL === undefined ? runFleet(config, context) : runMqtt(config.MQTT_URL, config, context);

async function runMqtt(url: string, config: IotConfig, context: AppContext): Promise<void> {
  const { logger, health, metrics } = context;
  const dropped = metrics.counter(iotMetrics.dropped);
  const skipped = metrics.counter(iotMetrics.passed);
  const devices = mqttDevices(
    {
      url,
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
    { logger, health, onDrop: () => dropped.inc(), onSkip: (kind) => skipped.inc({ kind }) },
  );
  try {
    await runSource({ source: devices.source, contract, config, context, cursors: false });
  } finally {
    await devices.close();
  }
}

async function runFleet(config: IotConfig, context: AppContext): Promise<void> {
  const skipped = context.metrics.counter(iotMetrics.skipped);
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
        context.logger.warn({ measurements: count }, 'skipped measurements that were due over a minute ago');
      },
    },
  );
  await runSource({ source, contract, config, context, cursors: true });
  truth?.close();
}
