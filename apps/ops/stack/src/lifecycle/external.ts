import { connect } from 'node:net';
import { type Server } from '../servers/server.ts';

/** The address of a server in the environment. The stack does not run such a server. */
export function externalAddress(server: Server, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment[server.variable]?.trim() || undefined;
}

const usualPorts: Readonly<Record<string, number>> = {
  'https:': 443,
  'mqtt:': 1883,
  'mqtts:': 8883,
  'postgres:': 5432,
};

/** Host and port of an address: a URL, or the first of a list `host:port,host:port`. */
export function hostAndPort(address: string): { host: string; port: number } {
  const first = address.split(',')[0] ?? '';
  const url = new URL(first.includes('://') ? first : `tcp://${first}`);
  const usual = usualPorts[url.protocol] ?? 80;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? usual : Number(url.port) };
}

/** Whether a server accepts connections at that address within 3 s. */
export function answers(address: string): Promise<boolean> {
  return new Promise((done) => {
    let target;
    try {
      target = hostAndPort(address);
    } catch {
      return done(false);
    }
    const socket = connect(target);
    const finish = (isThere: boolean): void => {
      socket.destroy();
      done(isThere);
    };
    socket.setTimeout(3000, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
