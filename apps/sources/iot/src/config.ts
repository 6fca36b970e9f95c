import { plaintextCredentials, settings, withoutTls, type Config, type Rule } from '@sluice/config';
import { kafkaRules, schemaRegistryRules } from '@sluice/kafka';
import { sourceSettings } from '@sluice/source';

/** The simulated fleet's settings. */
const fleetSettings = {
  IOT_DEVICES: settings.integer({
    description:
      'Simulated devices. Each takes its turn, so a device measures every IOT_DEVICES / IOT_READINGS_PER_SECOND seconds',
    default: '1000',
    min: 1,
    max: 1_000_000,
  }),
  IOT_READINGS_PER_SECOND: settings.integer({
    description: 'Measurements that all simulated devices take together',
    default: '100',
    min: 1,
    max: 1_000_000,
  }),
  IOT_SEED: settings.integer({ description: 'What the simulated devices follow from', default: '1', max: 2 ** 31 - 1 }),
  IOT_TROUBLE: settings.flag({
    description: 'Whether simulated devices drop out, repeat themselves, come late and send nonsense',
    default: 'true',
  }),
  IOT_MEASUREMENTS: settings.optional(
    settings.integer({ description: 'The source ends after this many measurements', example: '10000', min: 1 }),
  ),
  IOT_TRUTH_FILE: settings.optional(
    settings.text({
      description: 'File to which every simulated reading is appended as it was meant, a line of JSON each',
      example: 'truth.jsonl',
    }),
  ),
};

/** How real devices are reached. */
const mqttSettings = {
  MQTT_URL: settings.optional(
    settings.address({
      description: 'MQTT broker of real devices; they take the place of the simulated ones',
      schemes: ['mqtt', 'mqtts', 'ws', 'wss'],
      example: 'mqtts://broker.example.com:8883',
    }),
  ),
  MQTT_TOPIC: settings.text({
    description: 'Topic filter of the readings, also a shared one: $share/sluice/devices/+/readings',
    default: 'devices/+/readings',
  }),
  MQTT_CLIENT_ID: settings.text({
    description: 'Name of the session that the broker keeps while this process is away; a second process needs another',
    default: 'sluice-iot',
  }),
  MQTT_PROTOCOL: settings.choice(['5', '3.1.1'], { description: 'Version of the protocol', default: '5' }),
  MQTT_IN_FLIGHT: settings.integer({
    description: 'Most messages that are received and not yet in Kafka. With 3.1.1 only the broker can say so',
    default: '5000',
    min: 1,
    max: 65_535,
  }),
  MQTT_IN_FLIGHT_BYTES: settings.integer({
    description: 'Most bytes of messages that are received and not yet in Kafka (one message may be larger)',
    default: '33554432',
    min: 1,
  }),
  MQTT_USERNAME: settings.optional(settings.text({ description: 'User to log in as' })),
  MQTT_PASSWORD: settings.optional(settings.text({ description: 'Password to log in with', secret: true })),
  MQTT_TLS_CA_FILE: settings.optional(
    settings.certificates({ description: 'Certificate authority of the broker, PEM', example: '/etc/mqtt/ca.pem' }),
  ),
  MQTT_TLS_CERT_FILE: settings.optional(
    settings.certificates({ description: "The client's certificate, PEM", example: '/etc/mqtt/client.pem' }),
  ),
  MQTT_TLS_KEY_FILE: settings.optional(
    settings.privateKey({
      description: "The client's private key, PEM",
      example: '/etc/mqtt/client.key',
      secret: true,
    }),
  ),
};

export const iotSettings = { ...fleetSettings, ...mqttSettings, ...sourceSettings };

export type IotConfig = Config<typeof iotSettings>;

/** What must hold between its settings. */
export const iotRules: readonly Rule<typeof iotSettings>[] = [
  ...kafkaRules,
  ...schemaRegistryRules,
  (config) =>
    plaintextCredentials(
      config,
      config.MQTT_PASSWORD === undefined ? undefined : 'MQTT_PASSWORD',
      withoutTls(config.MQTT_URL === undefined ? [] : [config.MQTT_URL]),
      'let MQTT_URL begin with mqtts:// or wss://',
    ),
  ({ MQTT_PASSWORD, MQTT_USERNAME }) =>
    MQTT_PASSWORD !== undefined && MQTT_USERNAME === undefined
      ? 'MQTT_PASSWORD is set, so MQTT_USERNAME must be set too'
      : undefined,
  ({ MQTT_TLS_CERT_FILE, MQTT_TLS_KEY_FILE }) =>
    (MQTT_TLS_CERT_FILE === undefined) !== (MQTT_TLS_KEY_FILE === undefined)
      ? 'MQTT_TLS_CERT_FILE and MQTT_TLS_KEY_FILE must be set together'
      : undefined,
  ({ MQTT_URL = '', MQTT_TLS_CA_FILE, MQTT_TLS_CERT_FILE }) =>
    (MQTT_TLS_CA_FILE ?? MQTT_TLS_CERT_FILE) !== undefined && !/^(mqtts|wss):/i.test(MQTT_URL)
      ? 'MQTT_URL must begin with mqtts: or wss: for the MQTT_TLS_… files to be used'
      : undefined,
];
