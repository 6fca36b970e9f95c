import { expect, test } from 'vitest';
import { runCommand } from './harness/run-command.ts';

const hostMetrics = 'node apps/sources/host-metrics/src/main.ts';

test('all mistakes of a configuration are reported at once, each with its fix, and without a stack trace', async () => {
  const { code, stderr, stdout } = await runCommand(hostMetrics, {
    KAFKA_BROKERS: 'nonsense',
    KAFKA_BROKER: 'localhost:9092',
    HOST_METRICS_INTERVAL_MS: '1500',
    HOST_METRICS_GROUPS: 'cpu,gpu',
    KAFKA_SASL_PASSWORD: 'hunter2',
    SCHEMA_REGISTRY_URL: 'ftp://user:hunter2@registry',
  });
  expect(code).toBe(2);
  expect(stderr).toContain(
    'KAFKA_BROKERS must be a comma-separated list of host:port, such as localhost:9092; it is "nonsense"',
  );
  expect(stderr).toContain('KAFKA_BROKER is not a setting; did you mean KAFKA_BROKERS?');
  expect(stderr).toContain(
    'HOST_METRICS_INTERVAL_MS must be a whole number from 1000 to 3600000, a multiple of 1000; it is "1500"',
  );
  expect(stderr).toContain('HOST_METRICS_GROUPS has no "gpu"; choose from cpu');
  expect(stderr).toContain('SCHEMA_REGISTRY_URL must be an address such as');
  expect(stderr + stdout).not.toContain('hunter2');
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a port in use and an unknown argument are reported in one sentence', async () => {
  const wrongPort = await runCommand(hostMetrics, { TELEMETRY_HOST: '203.0.113.1', TELEMETRY_PORT: '1' });
  expect(wrongPort.code).toBe(2);
  expect(wrongPort.stderr).toContain('TELEMETRY_PORT');
  const wrongArgument = await runCommand(`${hostMetrics} --interval=5`);
  expect(wrongArgument.code).toBe(2);
  expect(wrongArgument.stderr).toContain('its settings are environment variables, see --help');
  expect(wrongPort.stderr + wrongArgument.stderr).not.toMatch(/^\s+at /m);
});

test('unknown commands are reported in one sentence', async () => {
  const results = await Promise.all([
    runCommand('npm run --silent sluice -- nonsense'),
    runCommand('npm run --silent prove -- nonsense'),
  ]);
  for (const { code, stderr } of results) {
    expect(code).not.toBe(0);
    expect(stderr).toContain('nonsense');
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});
