import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contracts, iotReading, topicName, tweetGap } from '@sluice/contracts';
import { eventually, launchStack, startAppProcess, type AppProcess, type LaunchedStack } from '@sluice/testkit';
import { auditShortfalls, auditTopics, type DestinationAudit } from '../../harness/audit.ts';
import { addressIn } from '../../harness/address-in-log.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { appServices, type AppService } from '../../images/app-services.ts';
import type { Container, ContainerRuntime } from '../../images/container-runtime.ts';
import { findRuntime } from '../../images/find-runtime.ts';
import { writePlayerLog } from '../../loads/player-log.ts';

const images: Scenario = {
  sentence:
    "Every app of docker-compose.yml runs in its image with a read-only root, no capability and compose's limits; all are healthy, end at SIGTERM, and every record is at each destination once.",
  run,
};
export default images;

const flowMs = 30_000;
/** Containers share the host's network, so each needs a port of its own for its telemetry. */
const firstPort = 29_464;
const pids = 64;
const destinations = ['elasticsearch', 'gcs', 'bigquery', 'opensearch', 'postgres'];
const token = 'synthetic';

interface Running {
  service: AppService;
  container: Container;
  startMs: number;
  start(): Promise<Container>;
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { say, folder, signal } = context;
  const shortfalls: string[] = [];
  const services = await appServices();
  const runtime = await findRuntime();
  say(`building ${services.length} images with ${runtime.name}`);
  await runtime.prepare(say);
  const sizes = new Map<string, string>();
  for (const { name, app, image } of services) {
    signal.throwIfAborted();
    sizes.set(name, (await runtime.build(app, image)).size);
    say(`  ${name}`);
  }

  say('starting the local servers');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery', 'opensearch', 'postgres'],
    quiet: true,
  });
  const inputs = await startInputs(folder, signal);
  const running: Running[] = [];
  try {
    for (const [index, service] of services.entries()) {
      signal.throwIfAborted();
      running.push(await startService(service, { runtime, stack, inputs, folder, port: firstPort + index }));
    }
    say(
      `all ${running.length} are healthy; events flow for ${flowMs / 1000} s, and each sink ends and starts again meanwhile`,
    );
    await Promise.all([delay(flowMs, undefined, { signal }), restartSinks(running, shortfalls)]);
    const measured = await Promise.all(running.map(measure));
    for (const one of measured) shortfalls.push(...one.shortfalls);

    say('ending the sources, then auditing what the sinks deliver, then ending all others');
    const sources = running.filter(({ service }) => service.app.startsWith('sources/'));
    const others = running.filter((one) => !sources.includes(one));
    for (const one of sources) await end(one, shortfalls);
    const topics = contracts.map(topicName);
    const audits = await auditTopics(stack.environment, topics, destinations, 180);
    const records = audits
      .filter(({ destination }) => destination === 'elasticsearch')
      .map(({ totals }) => totals.records);
    for (const audit of audits) shortfalls.push(...auditShortfalls(withoutBadReadings(audit)));
    const silent = topics.filter((topic) =>
      audits.every((audit) => audit.topic !== topic || audit.totals.records === 0),
    );
    for (const topic of silent)
      if (topic !== topicName(tweetGap)) shortfalls.push(`no record was published to ${topic}`);
    for (const one of others) await end(one, shortfalls);
    return {
      counted: [
        ...measured.map(({ name, line }) => [name, `${sizes.get(name)} image, ${line}`] as const),
        ['records published', records.reduce((sum, count) => sum + count, 0)],
        ['topics without records', silent.join(', ') || 'none'],
      ],
      shortfalls,
    };
  } finally {
    await Promise.allSettled(running.map(({ container }) => container.stop(1_000)));
    await inputs.stop();
    await stack.stop();
  }
}

/** The simulated fleet sends unusable readings on purpose: their dead letters are as they should be. */
const withoutBadReadings = (audit: DestinationAudit): DestinationAudit =>
  audit.topic === topicName(iotReading) ? { ...audit, totals: { ...audit.totals, deadLetters: 0 } } : audit;

/** What sources read that have no input of their own: a simulator of X, and the log of a video player. */
interface Inputs {
  environmentOf(service: AppService): Readonly<Record<string, string>>;
  readable(service: AppService): string[];
  stop(): Promise<void>;
}

async function startInputs(folder: string, signal: AbortSignal): Promise<Inputs> {
  const [logs, certificateFolder] = [join(folder, 'video-player'), join(folder, 'x-simulator')];
  for (const one of [logs, certificateFolder]) await mkdir(one, { recursive: true });
  const certificate = join(certificateFolder, 'certificate.pem');
  const logFile = join(folder, 'x-simulator.log');
  const simulator: AppProcess = startAppProcess({
    folder: 'ops/x-simulator',
    environment: { SIMULATOR_CERTIFICATE_FILE: certificate, SIMULATOR_TOKEN: token },
    logFile,
  });
  const stopped = new AbortController();
  const log = writePlayerLog({
    ...{ folder: logs, perSecond: 200, rotateLines: 1000, seed: 1 },
    signal: AbortSignal.any([signal, stopped.signal]),
  }).catch(() => {});
  const url = await addressIn(logFile);
  const settings: Readonly<Record<string, Record<string, string>>> = {
    'sources/tweets': { X_API_URL: url, X_BEARER_TOKEN: token, X_CA_FILE: certificate },
    'sources/video-events': { VIDEO_EVENTS_FILES: join(logs, '**/*.log*') },
    // Objects and loads are small, so that the scenario need not wait for large ones.
    'sinks/gcs': { GCS_OBJECT_WAIT_MS: '3000', GCS_SMALL_OBJECT_WAIT_MS: '3000' },
    'sinks/bigquery': { BIGQUERY_GATHER_MS: '5000', BIGQUERY_LOADS_PER_DAY: '1000000', BIGQUERY_LOADS_BURST: '1000' },
  };
  const folders: Readonly<Record<string, string[]>> = {
    'sources/tweets': [certificateFolder],
    'sources/video-events': [logs],
  };
  return {
    environmentOf: ({ app }) => settings[app] ?? {},
    readable: ({ app }) => folders[app] ?? [],
    async stop() {
      stopped.abort();
      await Promise.all([log, simulator.kill()]);
    },
  };
}

/** Starts a service as compose does, but with the addresses of the local stack. @returns once its health check passes */
async function startService(
  service: AppService,
  given: { runtime: ContainerRuntime; stack: LaunchedStack; inputs: Inputs; folder: string; port: number },
): Promise<Running> {
  const { runtime, stack, inputs, folder, port } = given;
  const check = await runtime.healthCheck(service.image);
  const inStack = Object.entries(service.environment).map(
    ([name, value]) => [name, stack.environment[name] ?? value] as const,
  );
  let starts = 0;
  const start = async () => {
    const container = await runtime.run(`sluice-${process.pid}-${service.name}-${++starts}`, service.image, {
      environment: {
        ...Object.fromEntries(inStack),
        ...inputs.environmentOf(service),
        ...{ TELEMETRY_HOST: '127.0.0.1', TELEMETRY_PORT: String(port) },
      },
      ...{ memoryBytes: service.memoryBytes, pids, tmpfs: service.tmpfs, readable: inputs.readable(service) },
      logFile: join(folder, `${service.name}.log`),
    });
    await eventually(async () => {
      const { code, output } = await container.exec(check);
      if (code !== 0) throw new Error(`${service.name} is not healthy: ${output}; see ${folder}/${service.name}.log`);
    }, 60_000);
    return container;
  };
  const startedMs = performance.now();
  const container = await start();
  return { service, container, start, startMs: performance.now() - startedMs };
}

/** SIGTERM under load, and a new container: what was in flight must be delivered by that one. */
async function restartSinks(running: readonly Running[], shortfalls: string[]): Promise<void> {
  for (const one of running.filter(({ service }) => service.app.startsWith('sinks/'))) {
    await delay(2_000);
    await end(one, shortfalls);
    one.container = await one.start();
  }
}

async function end({ service, container }: Running, shortfalls: string[]): Promise<void> {
  const startedMs = performance.now();
  const code = await container.stop(service.graceMs);
  const seconds = (performance.now() - startedMs) / 1000;
  if (code !== 0) shortfalls.push(`${service.name} ended with ${code} after SIGTERM, in ${seconds.toFixed(1)} s`);
}

async function measure({ service, container, startMs }: Running) {
  const { name } = service;
  const { nowBytes, peakBytes } = await container.memory();
  const write = await container.exec(['node', '-e', "require('fs').writeFileSync('/sluice/x', '')"]);
  const user = await container.exec(['node', '-p', 'process.getuid()']);
  const shortfalls = [];
  if (write.code === 0 || !write.output.includes('EROFS'))
    shortfalls.push(`${name} can write to its root: ${write.output}`);
  if (user.output !== '1000') shortfalls.push(`${name} runs as user ${user.output}`);
  const line = `healthy after ${(startMs / 1000).toFixed(1)} s, ${megabytes(nowBytes)} now, ${megabytes(peakBytes)} at most`;
  return { name, line, shortfalls };
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
