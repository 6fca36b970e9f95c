import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { iotReading } from '@sluice/contracts';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { audit } from '../../harness/audit.ts';
import { deliveryResult } from '../../harness/delivery-scenario.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const mqtt: Scenario = {
  sentence:
    'While 10,000 QoS-1 messages arrive, the MQTT broker is restarted and the source is killed: each message is a document, once.',
  run,
};
export default mqtt;

const messages = 10_000;
const perSecond = 700;
const devicesProgram = resolve(import.meta.dirname, '../../../../../apps/sources/iot/src/testing/devices/main.ts');
const patienceMs = 120_000;

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  say('starting Kafka, the registry, Elasticsearch and Mosquitto');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'mqtt'],
    quiet: true,
  });
  const environment = { ...stack.environment, ELASTICSEARCH_REPLICAS: '0', SINK_TOPICS: iotReading.topic };
  const url = stack.environment['MQTT_URL'] ?? '';
  const running = new Set<AppProcess>();
  const start = (name: string, app: string): AppProcess => {
    const started = startAppProcess({ folder: app, environment, logFile: join(folder, `${name}.log`) });
    running.add(started);
    void started.exited.then(() => running.delete(started));
    return started;
  };
  const listening = async (app: AppProcess): Promise<void> => {
    const telemetry = await app.telemetryUrl;
    await eventually(async () => {
      signal.throwIfAborted();
      if (!(await fetch(`${telemetry}/ready`)).ok) throw new Error('the source is not ready');
    }, patienceMs);
  };
  const documents = async (): Promise<number> => {
    const answer = await fetch(`${stack.environment['ELASTICSEARCH_URL']}/${iotReading.topic}/_count`);
    return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
  };

  try {
    start('elasticsearch', 'sinks/elasticsearch');
    let source = start('iot', 'sources/iot');
    await listening(source);
    say(`devices publish ${messages.toLocaleString('en-US')} messages, ${perSecond} a second`);
    const devices = spawn(
      process.execPath,
      [devicesProgram, url, 'devices/scenario/readings', String(messages), String(perSecond)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const gone = once(devices, 'exit');
    signal.addEventListener('abort', () => devices.kill(), { once: true });
    let acknowledged = 0;
    createInterface({ input: devices.stdout }).on('line', (line) => (acknowledged = Number(line)));
    const published = (least: number) =>
      eventually(() => {
        signal.throwIfAborted();
        if (acknowledged < least) throw new Error(`the broker has acknowledged ${acknowledged} messages, not ${least}`);
      }, patienceMs);

    const faults = { kills: 0, restarts: 0 };
    const kill = async () => {
      say(`killing the source, at ${acknowledged.toLocaleString('en-US')} messages`);
      await source.kill();
      source = start('iot', 'sources/iot');
      faults.kills++;
    };
    const restart = async () => {
      say(`restarting the broker, at ${acknowledged.toLocaleString('en-US')} messages`);
      await stack.end('mqtt');
      await stack.restore('mqtt');
      faults.restarts++;
    };
    try {
      await published(messages * 0.2);
      await restart();
      await published(messages * 0.4);
      await kill();
      await published(messages * 0.6);
      await Promise.all([restart(), kill()]);
      await published(messages * 0.8);
      await kill();
      await published(messages);
    } finally {
      devices.kill();
      await gone;
    }
    say('waiting for what the broker still has');
    await eventually(async () => {
      signal.throwIfAborted();
      const now = await documents();
      if (now < messages) throw new Error(`the index has ${now} documents`);
    }, patienceMs).catch(() => {});
    await source.stop();
    say('auditing');
    const totals = await audit(environment, iotReading.topic);
    const missing = messages - totals.documents;
    return deliveryResult(totals, {
      counted: [
        ['acknowledged to the devices', acknowledged],
        ['of the records, repetitions', totals.records - totals.events],
        ['faults', `${faults.restarts} restarts of the broker, ${faults.kills} kill -9 of the source`],
      ],
      shortfalls: missing === 0 ? [] : [`${messages} messages, but ${totals.documents} documents`],
    });
  } finally {
    await Promise.all([...running].map((app) => app.stop()));
    await stack.stop();
  }
}
