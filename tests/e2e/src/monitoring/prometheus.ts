import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@sluice/testkit';

/** One series of an answer. */
interface Series {
  metric: Readonly<Record<string, string>>;
  value: number;
}

/** An alert that Prometheus has. */
export interface ActiveAlert {
  name: string;
  state: 'pending' | 'firing';
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
}

/** A running Prometheus that scrapes and evaluates every second. */
export interface Prometheus {
  query(expression: string): Promise<Series[]>;
  alerts(): Promise<ActiveAlert[]>;
  stop(): Promise<void>;
}

/**
 * Starts Prometheus.
 *
 * @param options.program its path
 * @param options.targets `host:port` of the apps
 * @param options.rules a rule file
 */
export async function startPrometheus(options: {
  program: string;
  folder: string;
  targets: readonly string[];
  rules: object;
}): Promise<Prometheus> {
  const { program, targets, rules } = options;
  const folder = join(options.folder, 'prometheus');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify(rules));
  writeFileSync(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [join(folder, 'rules.yml')],
      scrape_configs: [{ job_name: 'sluice', static_configs: [{ targets }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const log = createWriteStream(join(folder, 'prometheus.log'));
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = once(child, 'exit');
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://${address}/api/v1/${path}`);
    if (!answer.ok) throw new Error(`Prometheus answers ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { data: unknown }).data;
  };
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    log.end();
  };
  try {
    await eventually(() => get('status/runtimeinfo'), 30_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    async query(expression) {
      const { result } = (await get(`query?query=${encodeURIComponent(expression)}`)) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    },
    async alerts() {
      const { alerts } = (await get('alerts')) as {
        alerts: { labels: Record<string, string>; annotations: Record<string, string>; state: ActiveAlert['state'] }[];
      };
      return alerts.map(({ labels, annotations, state }) => ({
        name: labels['alertname'] ?? '',
        ...{ state, labels, annotations },
      }));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
