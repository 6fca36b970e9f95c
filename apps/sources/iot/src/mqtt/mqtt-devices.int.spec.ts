import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { capturedLog, uniqueName } from '@sluice/kafka/testing';
import { createHealth } from '@sluice/telemetry';
import { eventually, launchStack, type LaunchedStack } from '@sluice/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { mqttDevices } from './mqtt-devices.ts';
import type { MqttOptions } from './mqtt-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'mqtt-tls-'));
const closing: (() => Promise<void>)[] = [];
let stack: LaunchedStack;
let server: Server;
let connectPacket: Buffer | undefined;

/** A certificate for `localhost`, its own authority. */
function certificate(name: string): { cert: string; key: string } {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', `${name}.pem`, ...subject], { cwd: folder, stdio: 'pipe' });
  return {
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
  };
}

beforeAll(async () => {
  stack = await launchStack({ name: uniqueName('mqtt-tls'), only: ['mqtt'], quiet: true });
  const port = Number(new URL(stack.environment['MQTT_URL'] ?? '').port);
  server = createServer(certificate('server'), (client) => {
    const broker = connect(port, '127.0.0.1');
    client.once('data', (packet: Buffer) => (connectPacket = packet));
    client.on('error', () => broker.destroy()).pipe(broker);
    broker.on('error', () => client.destroy()).pipe(client);
  }).listen(0, 'localhost');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  server.close();
  await stack.stop();
  rmSync(folder, { recursive: true });
});

/** Reads devices over TLS until the test ends. */
function listen(more: Partial<MqttOptions>) {
  const { logger, lines } = capturedLog();
  const health = createHealth(['origin']);
  const stop = new AbortController();
  const { port } = server.address() as AddressInfo;
  const devices = mqttDevices(
    {
      url: `mqtts://localhost:${port}`,
      topic: 'devices/+',
      clientId: uniqueName('tls'),
      protocol: '5',
      inFlight: 10,
      inFlightBytes: 1_000_000,
      ...more,
    },
    { logger, health, onDrop: () => {}, onSkip: () => {} },
  );
  const reading = devices.source.read({ signal: stop.signal, cursor: undefined })[Symbol.asyncIterator]().next();
  closing.push(async () => {
    stop.abort();
    await reading;
    await devices.close();
  });
  return { health, lines };
}

it('speaks TLS, and logs in', async () => {
  const ca = readFileSync(join(folder, 'server.pem'), 'utf8');
  const { health, lines } = listen({ ca, username: 'sluice', password: 'open sesame' });
  await eventually(() => expect(health.state.ready).toBe(true));
  expect(connectPacket?.includes('sluice')).toBe(true);
  expect(connectPacket?.includes('open sesame')).toBe(true);
  expect(JSON.stringify(lines)).not.toContain('open sesame');
});

it('trusts no other authority, says so once, and keeps trying', async () => {
  const { cert: ca } = certificate('other');
  const { health, lines } = listen({ ca });
  await eventually(() => expect(health.state.reasons['origin']).toMatch(/certificate/));
  await expect(eventually(() => expect(health.state.ready).toBe(true), 2_500)).rejects.toThrow();
  expect(lines.filter(({ fields }) => /certificate/.test(String(fields['reason'])))).toHaveLength(1);
});
