import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../harness/run-command.ts';

/** One app as docker-compose.yml runs it. */
export interface AppService {
  name: string;
  /** What the Dockerfile's argument APP is: `<role>/<app>`. */
  app: string;
  image: string;
  environment: Readonly<Record<string, string>>;
  memoryBytes: number;
  /** The time it has to end after SIGTERM. */
  graceMs: number;
  /** Folders that it may write to, in memory. */
  tmpfs: readonly string[];
}

interface ComposeService {
  image: string;
  build: { args: { APP: string } };
  environment?: Record<string, string | null>;
  mem_limit: string;
  stop_grace_period: string;
  read_only: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
}

/**
 * The apps of infra/compose/apps.yml, with what they are allowed there.
 *
 * @throws where a service is allowed more than an app needs
 */
export async function appServices(): Promise<AppService[]> {
  const text = await readFile(join(root, 'infra/compose/apps.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> };
  return Object.entries(services).map(([name, service]) => {
    if (
      !service.read_only ||
      service.cap_drop?.[0] !== 'ALL' ||
      !service.security_opt?.includes('no-new-privileges:true')
    )
      throw new Error(`${name} in infra/compose/apps.yml may write to its root, or has privileges`);
    return {
      name,
      app: service.build.args.APP,
      image: service.image,
      environment: plainValues(service.environment ?? {}),
      memoryBytes: bytesOf(service.mem_limit),
      graceMs: Number.parseInt(service.stop_grace_period) * 1000,
      tmpfs: service.tmpfs ?? [],
    };
  });
}

/** What comes from the environment of the person who runs compose has its default, or is left out. */
function plainValues(environment: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === null ? [] : withDefaults(name, value))),
  );
}

function withDefaults(name: string, value: string): [string, string][] {
  const text = value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
  return text.includes('${') ? [] : [[name, text]];
}

const units: Readonly<Record<string, number>> = { m: 2 ** 20, g: 2 ** 30 };
function bytesOf(limit: string): number {
  const unit = units[limit.at(-1) ?? ''];
  if (unit === undefined) throw new Error(`mem_limit ${limit} is not in m or g`);
  return Number.parseInt(limit) * unit;
}
