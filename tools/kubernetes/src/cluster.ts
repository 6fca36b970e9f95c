import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { buildControlPlane } from './build-control-plane.ts';
import { buildTools } from './kubernetes-tools.ts';
import { tryProgram, type ProgramResult } from './run-program.ts';

export type { ProgramResult } from './run-program.ts';

/** A Kubernetes control plane on this machine. No container runs: kwok plays the nodes. */
export interface Cluster {
  /** Runs kubectl as its administrator, or as another user by a kubeconfig. @param how.input what it reads */
  kubectl(args: readonly string[], how?: { input?: string; kubeconfig?: string }): Promise<ProgramResult>;
  /** Runs helm by a kubeconfig. */
  helm(args: readonly string[], kubeconfig: string): Promise<ProgramResult>;
  /** What the API answers to a GET, as JSON. */
  get(path: string): Promise<unknown>;
  /** Writes a kubeconfig for a token. @returns its path */
  kubeconfigFor(name: string, token: string): Promise<string>;
  /** Folder of the definitions of KEDA's and the Prometheus operator's resources. */
  definitions: string;
  stop(): Promise<void>;
}

const readyMs = 120_000;

/** Builds the programs if need be, and starts them. @param folder for data, certificates and logs; it must be empty */
export async function startCluster(folder: string, say: (line: string) => void): Promise<Cluster> {
  const { helm, definitions } = await buildTools(say);
  const { kube, kwok, stages } = await buildControlPlane(say);
  const certificates = join(folder, 'certificates');
  await mkdir(certificates, { recursive: true });
  const [api = 0, etcd = 0, peer = 0, controllers = 0, scheduler = 0, nodes = 0] = await freePorts(6);
  const token = randomBytes(16).toString('hex');
  const kubeconfigFor = async (name: string, userToken: string): Promise<string> => {
    const file = join(folder, `${name}.kubeconfig`);
    const authority = join(certificates, 'apiserver.crt');
    await writeFile(file, kubeconfig(`https://127.0.0.1:${api}`, authority, userToken), { mode: 0o600 });
    return file;
  };
  const admin = await kubeconfigFor('admin', token);
  const [tokens, keyFile] = [join(folder, 'tokens.csv'), join(folder, 'service-accounts.key')];
  await writeFile(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  await writeFile(keyFile, rsaKey(), { mode: 0o600 });

  const { run, stop } = supervised(folder);
  const kubectl: Cluster['kubectl'] = (args, { input, kubeconfig: as = admin } = {}) =>
    tryProgram(kube, ['kubectl', '--kubeconfig', as, ...args], input === undefined ? {} : { input });
  const onLoopback = ['--bind-address', '127.0.0.1', '--cert-dir', certificates];
  const etcdUrl = `http://127.0.0.1:${etcd}`;
  try {
    run('etcd', kube, [
      ...['etcd', '--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync'],
      ...['--listen-client-urls', etcdUrl, '--advertise-client-urls', etcdUrl],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`],
    ]);
    run('apiserver', kube, [
      ...['apiserver', '--etcd-servers', etcdUrl, '--secure-port', String(api), ...onLoopback],
      ...['--advertise-address', '127.0.0.1', '--endpoint-reconciler-type', 'none'],
      ...['--token-auth-file', tokens, '--authorization-mode', 'RBAC', '--service-cluster-ip-range', '10.0.0.0/24'],
      ...['--service-account-issuer', 'https://kubernetes.default.svc'],
      ...['--service-account-key-file', keyFile, '--service-account-signing-key-file', keyFile],
    ]);
    await untilReady(kubectl, folder);
    run('controller-manager', kube, [
      ...['controller-manager', '--kubeconfig', admin, '--secure-port', String(controllers), ...onLoopback],
      ...['--service-account-private-key-file', keyFile, '--leader-elect=false'],
      // kwok is slow to say that its nodes live where the machine is busy, and never takes back that a pod is not ready.
      ...['--node-monitor-grace-period', '10m'],
    ]);
    run('scheduler', kube, [
      ...['scheduler', '--kubeconfig', admin, '--secure-port', String(scheduler), ...onLoopback],
      '--leader-elect=false',
    ]);
    run('kwok', kwok, [
      ...['--config', stages, '--kubeconfig', admin, '--manage-all-nodes=true', '--node-lease-duration-seconds', '40'],
      ...['--server-address', `127.0.0.1:${nodes}`],
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  const ca = await readFile(join(certificates, 'apiserver.crt'));
  return {
    ...{ kubectl, kubeconfigFor, definitions, stop },
    helm: (args, as) => tryProgram(helm, ['--kubeconfig', as, ...args], { env: helmEnvironment(folder) }),
    get: (path) => getJson({ port: api, path, ca, token }),
  };
}

/** helm keeps its caches in the folder of the cluster. */
const helmEnvironment = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  HELM_CACHE_HOME: join(folder, 'helm'),
  HELM_CONFIG_HOME: join(folder, 'helm'),
  HELM_DATA_HOME: join(folder, 'helm'),
});

function kubeconfig(server: string, authority: string, token: string): string {
  return stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'local' },
    clusters: [{ name: 'local', cluster: { server, 'certificate-authority': authority } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'user' } }],
  });
}

const rsaKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;

/** Starts programs whose output goes to files; all end together, with this process at the latest. */
function supervised(folder: string) {
  const running: ChildProcess[] = [];
  const killAll = (signal: NodeJS.Signals) => {
    for (const child of running.toReversed()) child.kill(signal);
  };
  const onExit = () => killAll('SIGKILL');
  process.once('exit', onExit);
  return {
    run(name: string, program: string, args: readonly string[]): void {
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const log = createWriteStream(join(folder, `${name}.log`));
      child.stdout.pipe(log, { end: false });
      child.stderr.pipe(log, { end: false });
      running.push(child);
    },
    async stop(): Promise<void> {
      const alive = running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      const ended = Promise.all(alive.map((child) => once(child, 'exit')));
      killAll('SIGTERM');
      await Promise.race([ended, delay(5_000)]);
      killAll('SIGKILL');
      await ended;
      process.removeListener('exit', onExit);
    },
  };
}

async function untilReady(kubectl: Cluster['kubectl'], folder: string): Promise<void> {
  const deadlineMs = performance.now() + readyMs;
  for (;;) {
    const { ok, stdout } = await kubectl(['get', '--raw', '/readyz']);
    if (ok && stdout === 'ok') return;
    if (performance.now() > deadlineMs)
      throw new Error(`the API server is not ready; its log is ${folder}/apiserver.log`);
    await delay(250);
  }
}

async function getJson(to: { port: number; path: string; ca: Buffer; token: string }): Promise<unknown> {
  const { port, path, ca, token } = to;
  const asked = request({ host: '127.0.0.1', port, path, ca, headers: { authorization: `Bearer ${token}` } }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`the API server answers ${response.statusCode} to ${path}: ${body}`);
  return JSON.parse(body);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  await Promise.all(servers.map((server) => once(server, 'close')));
  return ports;
}
