import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hostMetrics } from '@sluice/contracts';
import { seededRandom } from '@sluice/random';
import { eventually, launchStack, startAppProcess, type AppProcess } from '@sluice/testkit';
import { auditDestinations, auditShortfalls } from '../../harness/audit.ts';
import { faultProxy } from '../../harness/fault-proxy.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { hostMetricsLoad } from '../../loads/host-metrics-load.ts';

const s3: Scenario = {
  sentence:
    'The sink s3 is killed before and after uploads, put to sleep while another takes over, and its server is killed: every record is in one object. An audit follows each fault.',
  run,
};
export default s3;

const usualRounds = 10;
const loadPerSecond = 200;
/** Joining a group takes up to the session timeout of a killed member. */
const patienceMs = 180_000;

/** A put of an object of the sink. */
const isUpload = (method: string, path: string) => method === 'PUT' && /\/date(=|%3D)/.test(path);

async function run({ say, folder, signal, seed, rounds = usualRounds }: ScenarioContext): Promise<ScenarioResult> {
  say(`seed ${seed}, ${rounds} rounds; starting Kafka, the registry and versitygw`);
  const random = seededRandom(seed);
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 's3'],
    quiet: true,
    settings: { S3_ENDPOINT: '' },
  });
  const proxy = await faultProxy(stack.environment['S3_ENDPOINT'] ?? '');
  const load = await hostMetricsLoad(stack.environment, loadPerSecond, signal);
  const running = new Set<AppProcess>();
  // One format for all sinks: an object's name depends on it, so sinks with different formats would not see each other's claims.
  const format = random.pick(['json', 'avro']);
  say(`objects are written as ${format}`);
  /** Starts a sink whose objects end at other offsets than those of the one before. */
  const start = (name: string): AppProcess => {
    const wait = String(random.whole(500, 3_000));
    const app = startAppProcess({
      folder: 'sinks/s3',
      environment: {
        ...stack.environment,
        S3_ENDPOINT: proxy.url,
        SINK_TOPICS: hostMetrics.topic,
        SINK_SESSION_TIMEOUT_MS: '6000',
        S3_FORMAT: format,
        S3_OBJECT_RECORDS: String(random.whole(1, 400)),
        S3_OBJECT_WAIT_MS: wait,
        S3_SMALL_OBJECT_WAIT_MS: wait,
      },
      logFile: join(folder, `${name}.log`),
    });
    running.add(app);
    void app.exited.then(() => running.delete(app));
    return app;
  };

  let sink = start('s3');
  let kills = 0;
  /** Waits until so many more objects are there. */
  const moreObjects = async (objects: number) => {
    for (let n = 0; n < objects; n++) await (await proxy.hold(isUpload, 'answered', patienceMs)).release();
  };
  const faults: Readonly<Record<string, () => Promise<void>>> = {
    async 'kill -9 after an upload, before its commit'() {
      const upload = await proxy.hold(isUpload, 'answered', patienceMs);
      await sink.kill();
      upload.drop();
      kills++;
      sink = start('s3');
    },
    async 'kill -9 while an upload is under way'() {
      const upload = await proxy.hold(isUpload, 'before', patienceMs);
      await sink.kill();
      // The request reaches the server after its sender has died.
      if (random.whole(0, 1) === 0) await upload.release();
      else upload.drop();
      kills++;
      sink = start('s3');
    },
    async 'asleep in an upload while another takes over'() {
      const upload = await proxy.hold(isUpload, 'before', patienceMs);
      const old = sink;
      process.kill(old.pid, 'SIGSTOP');
      sink = start('s3-next');
      const isFirst = random.whole(0, 1) === 0;
      if (isFirst) await upload.release();
      await moreObjects(random.whole(1, 3));
      process.kill(old.pid, 'SIGCONT');
      if (!isFirst) await upload.release();
      await old.stop();
    },
    async 'the answer to an upload is lost'() {
      (await proxy.hold(isUpload, 'answered', patienceMs)).drop();
    },
    async 'kill -9 of the server'() {
      await stack.kill('s3');
      await delay(random.whole(500, 5_000), undefined, { signal });
      await stack.restore('s3');
    },
  };

  const names = Object.keys(faults);
  const runs = new Map<string, number>(names.map((name) => [name, 0]));
  const shortfalls: string[] = [];
  const audit = async () => {
    const [found] = await auditDestinations(stack.environment, hostMetrics.topic, ['s3'], patienceMs / 1000);
    if (found === undefined) throw new Error('the audit has no result');
    return found;
  };
  try {
    await eventually(async () => moreObjects(1), patienceMs);
    for (let round = 1; round <= rounds && shortfalls.length === 0; round++) {
      const name = names[(round - 1) % names.length] ?? '';
      say(`round ${round} of ${rounds}: ${name}`);
      await faults[name]?.();
      runs.set(name, (runs.get(name) ?? 0) + 1);
      const found = await audit();
      shortfalls.push(...auditShortfalls(found).map((shortfall) => `round ${round} (${name}): ${shortfall}`));
      say(`${found.totals.records.toLocaleString('en-US')} records: ${shortfalls.join('; ') || 'each in one object'}`);
    }
    say('ending the load, and auditing');
    const acknowledged = await load.stop();
    const found = await audit();
    const { records, delivered, lost, duplicates } = found.totals;
    shortfalls.push(...auditShortfalls(found));
    if (records !== acknowledged) shortfalls.push(`${acknowledged} were acknowledged, and ${records} are in the topic`);
    return {
      counted: [
        ['seed', String(seed)],
        ['format', format],
        ...[...runs].map(([name, times]) => [`rounds: ${name}`, times] as const),
        ['kill -9 of the sink', kills],
        ['records in the topic', records],
        ['records in objects', delivered],
        ['objects', found.objects?.count ?? 0],
        ['lost', lost],
        ['duplicates', duplicates],
      ],
      shortfalls,
    };
  } finally {
    await load.stop().catch(() => {});
    await Promise.all([...running].map((app) => app.stop()));
    await proxy.close();
    await stack.stop();
  }
}
