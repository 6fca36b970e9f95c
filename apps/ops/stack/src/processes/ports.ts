import { createServer } from 'node:net';
import { type Lock, tryLock } from '../state/lock.ts';

/** The ports chosen for one server, by role. They are reserved against other launchers. */
export interface PortChoice extends Disposable {
  ports: Record<string, number>;
}

/**
 * The ports to try for one role, in order: the previous one, the usual one, then others. They stay below 32768: Linux uses the
 * ports above for outgoing connections, which could occupy the port of a stopped server.
 */
export function* portCandidates(usual: number, previous?: number): Generator<number> {
  if (previous !== undefined) yield previous;
  if (usual !== previous) yield usual;
  for (let port = usual + 10_000; port < 32_768; port += 10) if (port !== previous) yield port;
}

/** Chooses a free port for every role, and reserves it against other launchers until the choice is disposed of. */
export async function choosePorts(
  usual: Readonly<Record<string, number>>,
  previous: Readonly<Record<string, number>> = {},
): Promise<PortChoice> {
  const ports: Record<string, number> = {};
  const reservations: Lock[] = [];
  const release = (): void => reservations.forEach((reservation) => reservation.release());
  for (const [role, usualPort] of Object.entries(usual)) {
    for (const port of portCandidates(usualPort, previous[role])) {
      const reservation = await tryLock(`port ${port}`);
      if (!reservation) continue;
      if (await isFree(port)) {
        ports[role] = port;
        reservations.push(reservation);
        break;
      }
      reservation.release();
    }
    if (ports[role] === undefined) {
      release();
      throw new Error(`no free port from ${usualPort} on`);
    }
  }
  return { ports, [Symbol.dispose]: release };
}

/** Whether a server can listen on that port of 127.0.0.1 now. */
function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });
}
