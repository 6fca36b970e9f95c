import { capturedLog, uniqueName } from '@sluice/kafka/testing';
import { createHealth } from '@sluice/telemetry';
import { eventually, launchStack, type LaunchedStack } from '@sluice/testkit';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mqttDevices } from './mqtt-devices.ts';

let stack: LaunchedStack;
let device: MqttClient;
let url: string;

beforeAll(async () => {
  stack = await launchStack({ name: uniqueName('retained'), only: ['mqtt'], quiet: true });
  url = stack.environment['MQTT_URL'] ?? '';
  device = await connectAsync(url);
});
afterAll(async () => {
  await device.endAsync();
  await stack.stop();
});

/** Listens until it is ended, and acknowledges everything. */
function listen(topic: string, clientId: string, protocol: '5' | '3.1.1') {
  const { logger } = capturedLog();
  const health = createHealth(['origin']);
  const stop = new AbortController();
  const [uuids, refused, skipped]: [string[], string[], string[]] = [[], [], []];
  const devices = mqttDevices(
    { url, topic, clientId, protocol, inFlight: 10, inFlightBytes: 100 },
    { logger, health, onDrop: () => {}, onSkip: (kind) => skipped.push(kind) },
  );
  const reading = (async () => {
    for await (const item of devices.source.read({ signal: stop.signal, cursor: undefined })) {
      if ('refused' in item && item.refused !== undefined) refused.push(item.refused.reason);
      else if ('value' in item) uuids.push(item.value.uuid);
      item.acknowledge?.();
    }
  })();
  return {
    ...{ health, uuids, refused, skipped },
    async end() {
      stop.abort();
      await reading;
      await devices.close();
    },
  };
}

const reading = (uuid: string) => JSON.stringify({ uuid, device_id: 'd1' });

it.each(['3.1.1', '5'] as const)(
  'are taken once by a session, and the empty one that clears them is no dead letter (MQTT %s)',
  async (protocol) => {
    const [topic, session] = [uniqueName('devices'), uniqueName('session')];
    await device.publishAsync(topic, reading('retained'), { qos: 1, retain: true });
    const first = listen(topic, session, protocol);
    await eventually(() => expect(first.uuids).toEqual(['retained']));
    await first.end();
    for (let times = 0; times < 2; times++) {
      const again = listen(topic, session, protocol);
      await eventually(() => expect(again.health.state.ready).toBe(true));
      await device.publishAsync(topic, reading(`live ${times}`), { qos: 1 });
      await eventually(() => expect(again.uuids).toContain(`live ${times}`));
      expect(again.uuids).toEqual([`live ${times}`]);
      expect(again.skipped).toEqual(protocol === '5' ? [] : ['retained']);
      await again.end();
    }
    const last = listen(topic, session, protocol);
    await eventually(() => expect(last.health.state.ready).toBe(true));
    await device.publishAsync(topic, '', { qos: 1, retain: true });
    await eventually(() => expect(last.skipped).toContain('empty'));
    await device.publishAsync(topic, reading('after'), { qos: 1 });
    await eventually(() => expect(last.uuids).toEqual(['after']));
    expect(last.refused).toEqual([]);
    await last.end();
  },
);

it('takes all of many messages, though few fit in memory at once', async () => {
  const topic = uniqueName('devices');
  const listening = listen(topic, uniqueName('session'), '5');
  await eventually(() => expect(listening.health.state.ready).toBe(true));
  const uuids = Array.from({ length: 200 }, (_, n) => `${n}-${'x'.repeat(60)}`);
  await Promise.all(uuids.map((uuid) => device.publishAsync(topic, reading(uuid), { qos: 1 })));
  await eventually(() => expect(new Set(listening.uuids)).toEqual(new Set(uuids)));
  await listening.end();
});
