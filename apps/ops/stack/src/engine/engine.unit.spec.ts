import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allServers } from '../servers/all-servers.ts';
import { isServerName, portOf, serverNames } from '../servers/server.ts';
import { checkout } from '../state/paths.ts';
import { composePorts, containerCommand, notInContainer, projectOf } from './engine.ts';

const compose = readFileSync(join(checkout, 'infra/compose/servers.yml'), 'utf8');

test('every service of servers.yml can be run, on any port, and on the usual one without the variable', () => {
  const services = [...compose.matchAll(/^  ([a-z0-9-]+):\n    (?:profiles|image)/gm)].map(([, name = '']) => name);
  expect(services.toSorted()).toEqual(Object.keys(composePorts).toSorted());
  for (const [name, variable] of Object.entries(composePorts)) {
    if (!isServerName(name)) throw new Error(`${name} is not a server of the stack`);
    const { usualPorts } = allServers[name];
    const usual = portOf(usualPorts, Object.keys(usualPorts)[0] ?? '');
    expect(compose).toContain(`- 127.0.0.1:\${${variable}:-${usual}}:`);
  }
});

test('a container is started alone, in the foreground, on the chosen port, in the project of its stack', () => {
  const command = containerCommand('podman', allServers.registry, {
    stack: 'A.b_c',
    ports: { http: 18_081, management: 18_082 },
  });
  expect(command).toEqual({
    program: 'podman',
    args: [
      ...['compose', '--project-name', projectOf('A.b_c'), '--file', join(checkout, 'infra/compose/servers.yml')],
      ...['--profile', '*', 'up', '--no-deps', '--no-color', '--no-log-prefix', 'registry'],
    ],
    environment: { STACK_REGISTRY_PORT: '18081' },
  });
});

test('a project has a name that Compose allows, and another for each stack', () => {
  expect(projectOf('A.b_c')).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
  expect(projectOf('a')).not.toBe(projectOf('A'));
});

test('a server without an image, and one with a setting that its container would ignore, are not run in one', () => {
  expect(notInContainer(allServers.mqtt, {})).toBe('mqtt has no image in infra/compose/servers.yml');
  expect(notInContainer(allServers.kafka, {})).toBeUndefined();
  expect(notInContainer(allServers.kafka, { STACK_KAFKA_LISTENERS: 'LOGIN://127.0.0.1:9094' })).toBe(
    'STACK_KAFKA_LISTENERS is set, which a container of kafka does not follow',
  );
  expect(serverNames.filter((name) => notInContainer(allServers[name], {}) !== undefined)).toEqual([
    'kafka-2',
    'kafka-3',
    'registry-2',
    'mqtt',
    'sqs',
    'pubsub',
  ]);
});
