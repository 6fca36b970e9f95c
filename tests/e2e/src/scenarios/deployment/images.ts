import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contracts, topicName, tweetGap } from '@sluice/contracts';
import { eventually, launchStack, type LaunchedStack } from '@sluice/testkit';
import { auditShortfalls, auditTopics, withoutBadReadings } from '../../harness/audit.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';
import { appServices, type AppService } from '../../images/app-services.ts';
import type { Container, ContainerRuntime } from '../../images/container-runtime.ts';
import { findRuntime } from '../../images/find-runtime.ts';
import { startAppInputs, type AppInputs } from '../../loads/app-inputs.ts';

const images: Scenario = {
  sentence:
    "Every app of docker-compose.yml runs in its image with a read-only root, no capability and compose's limits; built again it has the same files; all are healthy, end at SIGTERM, and every record is at each destination once.",
  run,
};
export default images;

const flowMs = 30_000;
/** Containers share the host's network, so each needs a port of its own for its telemetry. */
const firstPort = 29_464;
const pids = 64;
const destinations = ['elasticsearch', 'gcs', 's3', 'bigquery', 'opensearch', 'postgres'];
const linesPerSecond = 200;

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
    const built = await runtime.build(app, image);
    sizes.set(name, built.size);
    say(`  ${name}`);
    // One for all: they have the same Dockerfile.
    if (sizes.size > 1) continue;
    const again = await runtime.build(app, image, true);
    if (again.layer !== built.layer)
      shortfalls.push(`${name} built again has another layer: ${again.layer}, not ${built.layer}`);
  }

  say('starting the local servers');
  const stack = await launchStack({
    name: `scenario-${process.pid}`,
    only: ['kafka', 'registry', 'elasticsearch', 'gcs', 'bigquery', 's3', 'opensearch', 'postgres'],
    quiet: true,
  });
  const inputs = await startAppInputs(folder, linesPerSecond, signal);
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

/** Starts a service as compose does, but with the addresses of the local stack. @returns once its health check passes */
async function startService(
  service: AppService,
  given: { runtime: ContainerRuntime; stack: LaunchedStack; inputs: AppInputs; folder: string; port: number },
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
        ...inputs.settingsOf(service.app),
        ...{ TELEMETRY_HOST: '127.0.0.1', TELEMETRY_PORT: String(port) },
      },
      ...{ memoryBytes: service.memoryBytes, pids, tmpfs: service.tmpfs, readable: inputs.foldersOf(service.app) },
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
  const packages = await container.exec(['node', '-p', "require('/sluice/sbom.cdx.json').components.length"]);
  const shortfalls = [];
  if (write.code === 0 || !write.output.includes('EROFS'))
    shortfalls.push(`${name} can write to its root: ${write.output}`);
  if (!(Number(packages.output) > 10))
    shortfalls.push(`${name} lists no packages in sbom.cdx.json: ${packages.output}`);
  if (user.output !== '1000') shortfalls.push(`${name} runs as user ${user.output}`);
  const line = `healthy after ${(startMs / 1000).toFixed(1)} s, ${megabytes(nowBytes)} now, ${megabytes(peakBytes)} at most`;
  return { name, line, shortfalls };
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
