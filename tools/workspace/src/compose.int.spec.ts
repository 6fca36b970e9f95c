import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cached, go, moduleFolder } from '@sluice/kubernetes';
import { beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const appDockerfile = 'infra/docker/Dockerfile';
/** What to build where no Compose is installed: a release that the Go module proxy has. */
const composeVersion = '2.40.3';
const composeModule = 'github.com/docker/compose/v2';

/** The parts of `docker compose config --format json` that are looked at. */
interface Service {
  image?: string;
  build?: { context: string; dockerfile: string; args?: Record<string, string> };
  /** null where a variable is passed through that this machine does not set. */
  environment?: Record<string, string | null>;
  depends_on?: Record<string, { condition: string }>;
  ports?: { host_ip?: string; published: string; target: number }[];
  healthcheck?: { test: string[] };
  user?: string;
  restart?: string;
  mem_limit?: string;
  stop_grace_period?: string;
}
interface Model {
  services: Record<string, Service>;
}

let services: [name: string, service: Service][] = [];

beforeAll(async () => {
  const [program, ...args] = await findCompose();
  // Nothing of this machine shows in the model: no .env file, no COMPOSE_* variable.
  const { stdout } = await run(
    program,
    [
      ...args,
      '--env-file',
      '/dev/null',
      '-f',
      join(root, 'docker-compose.yml'),
      '--profile',
      '*',
      'config',
      '--format',
      'json',
    ],
    { env: { PATH: process.env.PATH, HOME: homedir() }, maxBuffer: 16 * 2 ** 20 },
  );
  const model: Model = JSON.parse(stdout);
  services = Object.entries(model.services);
}, 900_000);

const isApp = (service: Service): boolean => service.build !== undefined && dockerfileOf(service) === appDockerfile;
const apps = (): typeof services => services.filter(([, service]) => isApp(service));
const servers = (): typeof services => services.filter(([, service]) => !isApp(service));

test('every source, processor and sink is one service, built from its own folder', () => {
  const folders = globSync('apps/{sources,processors,sinks}/*/src/main.ts', { cwd: root }).map((file) =>
    relative('apps', dirname(dirname(file))),
  );
  expect(folders).not.toEqual([]);
  expect(
    apps()
      .map(([, { build }]) => build?.args?.APP)
      .toSorted(),
  ).toEqual(folders.toSorted());
  for (const [, { build }] of apps()) expect(build?.context).toBe(root);
});

test('the servers answer at the addresses of the local stack, on 127.0.0.1 only', () => {
  const published = services.flatMap(([name, { ports = [] }]) =>
    ports.map(({ host_ip: host, published: port }) => [name, `${host}:${port}`]),
  );
  expect(Object.fromEntries(published)).toEqual({
    kafka: '127.0.0.1:9092',
    registry: '127.0.0.1:8081',
    elasticsearch: '127.0.0.1:9200',
    gcs: '127.0.0.1:4443',
    bigquery: '127.0.0.1:9050',
    s3: '127.0.0.1:7070',
    opensearch: '127.0.0.1:9201',
    postgres: '127.0.0.1:5432',
  });
  expect(published).toHaveLength(8);
});

test('Kafka sends containers and programs on the host each to an address they can reach', () => {
  const environment = services.find(([name]) => name === 'kafka')?.[1].environment;
  expect(environment?.KAFKA_ADVERTISED_LISTENERS).toBe('CONTAINERS://kafka:29092,HOST://127.0.0.1:9092');
});

test('every service waits until the servers it is told to use are healthy, and uses them inside the network', () => {
  const byName = new Map(services);
  for (const [name, { environment = {}, depends_on: dependencies = {} }] of services) {
    const used = Object.entries(environment).filter(
      ([variable]) => !variable.startsWith('KAFKA_') || variable === 'KAFKA_BROKERS',
    );
    for (const [variable, value] of used) {
      if (value === null) continue;
      expect(value, `${name}: ${variable}`).not.toMatch(/localhost|127\.0\.0\.1/);
      for (const [, host = '', port] of value.matchAll(/(?:^|\/\/|,)([a-z][\w-]*):(\d+)/g)) {
        const server = byName.get(host);
        expect(server, `${name}: ${variable} names ${host}`).toBeDefined();
        expect(dependencies[host]?.condition, `${name} waits for ${host}`).toBe('service_healthy');
        const ports = host === 'kafka' ? kafkaPorts(server) : server?.ports?.map(({ target }) => String(target));
        expect(ports, `${name}: ${variable}`).toContain(port);
      }
    }
  }
  for (const [name, { environment }] of apps())
    expect(environment, name).toMatchObject({
      KAFKA_BROKERS: 'kafka:29092',
      SCHEMA_REGISTRY_URL: 'http://registry:8080/apis/ccompat/v7',
    });
});

test('every app comes back after a crash, has time to settle, and is bounded in memory', () => {
  for (const [name, app] of apps()) {
    expect(app, name).toMatchObject({ restart: 'unless-stopped', stop_grace_period: '30s' });
    expect(Number(app.mem_limit), name).toBeGreaterThan(0);
  }
});

test('every image is pinned to an exact version', () => {
  const images = services.flatMap(([, service]) => [
    service.image ?? '',
    ...(service.build ? [...baseImages(service), ...Object.values({ ...service.build.args, APP: '' })] : []),
  ]);
  const named = images.filter((image) => /^[a-z].*[:/]/.test(image));
  expect(named).toContain('apache/kafka:4.3.0');
  for (const image of named) {
    expect(image).toMatch(/:[\w.-]+$/);
    expect(image).not.toMatch(/:latest$/);
  }
  // What is pulled says its version to the patch, of which PostgreSQL has two numbers; what is built here is named by us.
  for (const image of named.filter((one) => !one.startsWith('sluice/')))
    expect(image).toMatch(image.startsWith('postgres:') ? /:\d+\.\d+/ : /:v?\d+\.\d+\.\d+/);
  for (const [name, service] of services) expect(service.image, name).toMatch(/:/);
});

test('the apps run on the Node version that the workspace pins', () => {
  const { devDependencies }: { devDependencies: { node: string } } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const [image] = instructionsOf(appDockerfile).filter(({ name }) => name === 'FROM');
  expect(image?.rest).toMatch(new RegExp(`^node:${devDependencies.node.replaceAll('.', '\\.')}-\\w+-slim AS `));
});

test('every service says whether it can be used', () => {
  for (const [name, { healthcheck }] of servers()) expect(healthcheck?.test[0], name).toMatch(/^CMD/);
  for (const [name, { healthcheck }] of apps()) expect(healthcheck, `${name} has that of its image`).toBeUndefined();
  expect(finalStage(appDockerfile).map(({ name }) => name)).toContain('HEALTHCHECK');
});

test('no service runs as root', () => {
  // These images step down by themselves, to appuser, elasticsearch, opensearch and postgres.
  const ownUser = /^(apache\/kafka|elasticsearch|opensearchproject\/opensearch|postgres):/;
  for (const [name, service] of services) {
    expect(service.user ?? 'its own', name).not.toMatch(/^(root|0)\b/);
    if (!service.build) expect(service.image, name).toMatch(ownUser);
    else {
      const user =
        finalStage(dockerfileOf(service)).findLast((instruction) => instruction.name === 'USER')?.rest ?? 'root';
      const resolved = user.replace(
        /^\$\{(\w+)\}$/,
        (_, argument: string) => service.build?.args?.[argument] ?? 'root',
      );
      expect(resolved, name).not.toMatch(/^(root|0)\b/);
    }
  }
});

test('every file that an image copies from the workspace exists', () => {
  for (const [, { build }] of services.filter(([, service]) => service.build)) {
    const dockerfile = relative(root, resolve(build?.context ?? '', build?.dockerfile ?? ''));
    const copies = instructionsOf(dockerfile).filter(
      ({ name, rest }) => name === 'COPY' && !rest.startsWith('--from='),
    );
    for (const source of copies.flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1)))
      expect(existsSync(join(build?.context ?? '', source)), `${dockerfile} copies ${source}`).toBe(true);
  }
});

test("the app image's health check tells a working app from one that is not", async () => {
  const check = finalStage(appDockerfile).find(({ name }) => name === 'HEALTHCHECK')?.rest ?? '';
  const [, ...args]: string[] = JSON.parse(check.slice(check.indexOf('[')));
  let status = 200;
  const app = createServer((request, response) => response.writeHead(request.url === '/live' ? status : 404).end());
  await new Promise<void>((listening) => app.listen(0, '127.0.0.1', listening));
  const address = app.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const exitCode = (): Promise<number> =>
    run(process.execPath, args, { env: { TELEMETRY_PORT: port } }).then(
      () => 0,
      (failure: { code: number }) => failure.code,
    );
  expect(await exitCode()).toBe(0);
  status = 503;
  expect(await exitCode()).toBe(1);
  await new Promise((closed) => app.close(closed));
  expect(await exitCode()).toBe(1);
});

interface Instruction {
  name: string;
  rest: string;
}

function dockerfileOf({ build }: Service): string {
  return build ? relative(root, resolve(build.context, build.dockerfile)) : '';
}

function instructionsOf(dockerfile: string): Instruction[] {
  return readFileSync(join(root, dockerfile), 'utf8')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => {
      const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return name === undefined || rest === undefined ? [] : [{ name, rest }];
    });
}

function finalStage(dockerfile: string): Instruction[] {
  const instructions = instructionsOf(dockerfile);
  return instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
}

/** The images a Dockerfile starts from, less its own stages and those that are a build argument. */
function baseImages(service: Service): string[] {
  const from = instructionsOf(dockerfileOf(service)).filter(({ name }) => name === 'FROM');
  const stages = from.map(({ rest }) => / AS (\S+)$/.exec(rest)?.[1]);
  return from
    .map(({ rest }) => rest.split(' ')[0] ?? '')
    .filter((image) => !stages.includes(image) && !image.startsWith('$'));
}

/** The ports at which Kafka sends a client on to an address inside the network. */
function kafkaPorts(server: Service | undefined): string[] {
  const listeners = server?.environment?.KAFKA_ADVERTISED_LISTENERS ?? '';
  return [...listeners.matchAll(/\/\/kafka:(\d+)/g)].map(([, port = '']) => port);
}

/** A Docker Compose that understands these files: the plugin, the program, else one built from source once per machine. */
async function findCompose(): Promise<[program: string, ...args: string[]]> {
  if (await isRecent('docker', 'compose')) return ['docker', 'compose'];
  if (await isRecent('docker-compose')) return ['docker-compose'];
  return [await builtCompose()];
}

/** `include` and `--profile "*"` want 2.24; the program of Compose 1 has the same name. */
async function isRecent(program: string, ...args: string[]): Promise<boolean> {
  const answer = await run(program, [...args, 'version', '--short']).catch(() => undefined);
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(answer?.stdout ?? '') ?? []).map(Number);
  return major > 2 || (major === 2 && minor >= 24);
}

async function builtCompose(): Promise<string> {
  const folder = await cached(`docker-compose-${composeVersion}`, async (work) => {
    if (!(await run('go', ['version']).catch(() => undefined)))
      throw new Error(
        'The compose files need Docker Compose 2.24 or newer to be checked, and neither it nor Go (to build it) is here: ' +
          'install the `docker compose` plugin or put go 1.24 or newer on PATH.',
      );
    console.error(`Building Docker Compose ${composeVersion} (once; about two minutes) …`);
    // `go install` refuses a module whose go.mod excludes others. Built in its own folder it also uses its own go.sum.
    const source = await moduleFolder(composeModule, `v${composeVersion}`);
    const link = `-s -w -X ${composeModule}/internal.Version=v${composeVersion}`;
    const program = join(work, 'docker-compose');
    await go(['build', '-mod=readonly', '-trimpath', '-ldflags', link, '-o', program, './cmd'], source);
  });
  return join(folder, 'docker-compose');
}
