import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, type Rule, type Settings } from './load-config.ts';
import * as settings from './settings.ts';

const shipSettings = {
  SHIP_NAME: settings.text({ description: 'The name on the bow', example: 'Argo' }),
  SHIP_SPEED_KNOTS: settings.integer({ description: 'The speed', default: '12', min: 1, max: 30 }),
  SHIP_PASSWORD: settings.optional(settings.text({ description: 'The word at the gangway', secret: true })),
  KAFKA_BROKERS: settings.addresses({ description: 'Where Kafka is', default: 'localhost:9092' }),
  LOG_LEVEL: settings.choice(['info', 'warn'], { description: 'How much to say', default: 'info' }),
};

function mistakesOf<S extends Settings>(
  environment: NodeJS.ProcessEnv,
  declared: S,
  rules: readonly Rule<S>[] = [],
): ConfigError {
  try {
    loadConfig('ship', declared, environment, rules);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('gives the values under the names of their variables, with defaults for what is not set', () => {
    expect(loadConfig('ship', shipSettings, { SHIP_NAME: ' Argo ', KAFKA_BROKERS: 'a:1,b:2' })).toEqual({
      SHIP_NAME: 'Argo',
      SHIP_SPEED_KNOTS: 12,
      SHIP_PASSWORD: undefined,
      KAFKA_BROKERS: ['a:1', 'b:2'],
      LOG_LEVEL: 'info',
    });
  });

  it('reports all mistakes at once, each in one line of one error', () => {
    const error = mistakesOf(
      { SHIP_SPEED_KNOTS: 'fast', KAFKA_BROKERS: 'nonsense', SHIP_SPED_KNOTS: '3', LOG_LEVEL: 'loud' },
      shipSettings,
    );
    expect(error.mistakes).toEqual([
      'SHIP_NAME is not set: The name on the bow, such as Argo',
      'SHIP_SPEED_KNOTS must be a whole number from 1 to 30; it is "fast"',
      'KAFKA_BROKERS must be a comma-separated list of host:port, such as localhost:9092; it is "nonsense"',
      'LOG_LEVEL must be one of info, warn; it is "loud"',
      'SHIP_SPED_KNOTS is not a setting; did you mean SHIP_SPEED_KNOTS?',
    ]);
    expect(error.message.split('\n')).toEqual([
      'ship cannot start: 5 settings to fix in the environment.',
      ...error.mistakes.map((mistake) => `  ${mistake}`),
    ]);
  });

  it('counts a single mistake as one setting', () => {
    expect(mistakesOf({}, shipSettings).message).toMatch(
      /^ship cannot start: one setting to fix in the environment\.\n/,
    );
  });

  it.each(['', ' ', '\t\n'])('refuses %j, whatever the setting is: a value was meant, or no variable', (blank) => {
    const environment = Object.fromEntries(Object.keys(shipSettings).map((name) => [name, blank]));
    expect(mistakesOf(environment, shipSettings).mistakes).toEqual([
      'SHIP_NAME is empty: give it a value, or unset it (The name on the bow, such as Argo)',
      'SHIP_SPEED_KNOTS is empty: give it a value, or unset it (The speed)',
      'SHIP_PASSWORD is empty: give it a value, or unset it (The word at the gangway)',
      'KAFKA_BROKERS is empty: give it a value, or unset it (Where Kafka is)',
      'LOG_LEVEL is empty: give it a value, or unset it (How much to say)',
    ]);
  });

  it('gives a frozen object', () => {
    const config = loadConfig('ship', shipSettings, { SHIP_NAME: 'Argo' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(() => Object.assign(config, { SHIP_NAME: 'Titanic' })).toThrow(TypeError);
  });
});

describe('an unknown name', () => {
  const accepted = { SHIP_NAME: 'Argo' };

  it.each([
    ['ELASTICSERCH_URL', 'ELASTICSEARCH_URL'],
    ['GCS_BUCKETS', 'GCS_BUCKET'],
    ['SNIK_TOPICS', 'SINK_TOPICS'],
    ['HOST_METRIC_GROUPS', 'HOST_METRICS_GROUPS'],
    ['BIGQUERY_PROJEKT', 'BIGQUERY_PROJECT'],
    ['KAFKA_BROKER', 'KAFKA_BROKERS'],
    ['SINK_BATCH_RECORD', 'SINK_BATCH_RECORDS'],
    ['KAFKA_CA_FILE', 'KAFKA_TLS_CA_FILE'],
    ['SHIP_SPEED_IN_KNOTS', 'SHIP_SPEED_KNOTS'],
  ])('is a mistake where it resembles a setting of any app: %s', (name, meant) => {
    expect(mistakesOf({ ...accepted, [name]: 'x' }, shipSettings).mistakes).toEqual([
      `${name} is not a setting; did you mean ${meant}?`,
    ]);
  });

  it.each(['ELASTICSEARCH_URL', 'SINK_BATCH_BYTES', 'SINK_TOPICS', 'KAFKA_COMPRESSION', 'SHIP_NAME'])(
    'accepts a setting of another app: %s',
    (name) => {
      expect(loadConfig('ship', shipSettings, { ...accepted, [name]: 'Argo' }).SHIP_NAME).toBe('Argo');
    },
  );

  it('is a mistake under the name of an app of two words', () => {
    const declared = { TALL_SHIP_NAME: settings.text({ description: 'The name', default: 'Argo' }) };
    expect(() => loadConfig('tall-ship', declared, { TALL_SHIP_NAMES: 'x' })).toThrow(/did you mean TALL_SHIP_NAME\?/);
    expect(loadConfig('tall-ship', declared, { TALL_TREE: 'x' })).toEqual({ TALL_SHIP_NAME: 'Argo' });
  });

  it.each([
    ['LOG_DIR', '/var/log'],
    ['PATH', '/bin'],
    ['SHIPYARD', 'Piraeus'],
    ['SHIP_COLOUR_OF_SAILS', 'red'],
    ['KAFKA_HEAP_OPTS', '-Xmx1g'],
    ['KAFKA_HOME', '/opt/kafka'],
    ['APP_LOG_LEVEL', 'info'],
    ['LOG_LEVEL_CONSOLE', 'info'],
    ['ELASTICSEARCH_HOSTS', 'http://kibana:9200'],
    ['GCS_REGION', 'europe-west1'],
    ['KAFKA_PORT', 'tcp://10.0.0.1:9092'],
    ['KAFKA_SERVICE_HOST', '10.0.0.1'],
    ['KAFKA_SERVICE_PORT', '9092'],
    ['KAFKA_SERVICE_PORT_PLAINTEXT', '9092'],
    ['KAFKA_PORT_9092_TCP', 'tcp://10.0.0.1:9092'],
    ['KAFKA_PORT_9092_TCP_PROTO', 'tcp'],
    ['KAFKA_PORT_9092_TCP_PORT', '9092'],
    ['KAFKA_PORT_9092_UDP_ADDR', '10.0.0.1'],
  ])('is none of our business: %s', (name, value) => {
    expect(loadConfig('ship', shipSettings, { ...accepted, [name]: value }).SHIP_NAME).toBe('Argo');
  });

  it('is not every other variable when a setting has no prefix', () => {
    const declared = { PORT: settings.integer({ description: 'The port', default: '1' }) };
    expect(loadConfig('ship', declared, { HOME: '/root' })).toEqual({ PORT: 1 });
  });
});

describe('a secret', () => {
  it('never appears in a message', () => {
    const declared = {
      SHIP_PIN: settings.integer({ description: 'The pin', secret: true }),
      SHIP_KEY: settings.fileContents({ description: 'The key', secret: true }),
    };
    const { message } = mistakesOf({ SHIP_PIN: 'hunter2', SHIP_KEY: '/no/such/hunter2' }, declared);
    expect(message).toMatch(/SHIP_PIN must be .*\n.*SHIP_KEY must be /);
    expect(message).not.toContain('hunter2');
  });

  it.each([
    'http://argo:hunter2@localhost:9200',
    'http://argo:hunt/hunter2@localhost:9200',
    'http://argo:a@hunter2@localhost:9200',
    'http://argo:a b hunter2@localhost:9200',
    'http://argo:x,hunter2@localhost:9200',
    'ftp://argo:hunter2@localhost',
    'argo:hunter2@localhost:9200',
    `http://argo:hunter2@${'very-'.repeat(40)}long`,
  ])('never appears as the password of an address: %s', (address) => {
    const { message } = mistakesOf(
      { SHIP_URL: address, SHIP_URLS: address, SHIP_PEERS: address },
      {
        SHIP_URL: settings.httpUrl({ description: 'An address' }),
        SHIP_URLS: settings.httpUrls({ description: 'Some addresses' }),
        SHIP_PEERS: settings.addresses({ description: 'Some peers' }),
      },
    );
    expect(message).toContain('SHIP_PEERS must be');
    expect(message).not.toContain('hunter2');
  });

  it('leaves the rest of the address to be read, but not at any length', () => {
    const declared = { SHIP_URL: settings.httpUrl({ description: 'An address' }) };
    const [mistake] = mistakesOf({ SHIP_URL: 'http://argo:hunter2@localhost:9200' }, declared).mistakes;
    expect(mistake).toMatch(/; it is "http:\/\/…@localhost:9200"$/);
    const [long] = mistakesOf({ SHIP_URL: 'x'.repeat(1000) }, declared).mistakes;
    expect(long).toMatch(/; it is "x{80}…"$/);
  });
});

describe('a rule', () => {
  const slow = ({ SHIP_SPEED_KNOTS }: { SHIP_SPEED_KNOTS: number }) =>
    SHIP_SPEED_KNOTS > 20 ? 'SHIP_SPEED_KNOTS is above 20 in harbour' : undefined;
  const named = ({ SHIP_NAME }: { SHIP_NAME: string }) =>
    SHIP_NAME === 'Titanic' ? 'SHIP_NAME tempts fate' : undefined;

  it('is a mistake when it does not hold, together with the other rules', () => {
    const error = mistakesOf({ SHIP_NAME: 'Titanic', SHIP_SPEED_KNOTS: '22' }, shipSettings, [slow, named]);
    expect(error.mistakes).toEqual(['SHIP_SPEED_KNOTS is above 20 in harbour', 'SHIP_NAME tempts fate']);
  });

  it('lets a configuration pass for which it holds', () => {
    expect(loadConfig('ship', shipSettings, { SHIP_NAME: 'Argo' }, [slow, named]).SHIP_SPEED_KNOTS).toBe(12);
  });

  it('is not asked about a configuration that has mistakes already', () => {
    const rule = () => {
      throw new Error('asked');
    };
    expect(mistakesOf({}, shipSettings, [rule]).mistakes).toHaveLength(1);
  });
});
