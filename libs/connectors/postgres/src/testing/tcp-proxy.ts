import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Fault } from '@sluice/sink/testing';

/** A proxy before a server that speaks TCP. */
interface TcpProxy {
  readonly port: number;
  /** `outage` breaks all connections and accepts none; `silence` passes nothing on, neither what was sent nor what is answered. */
  fault(next: Fault | undefined): void;
  close(): Promise<void>;
}

export async function tcpProxy(host: string, port: number): Promise<TcpProxy> {
  let fault: Fault | undefined;
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    if (fault === 'outage') return client.destroy();
    const target = connect({ host, port });
    const pair = [client, target] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const [from, to] of [pair, [target, client]] as const)
      from
        .on('error', end)
        .on('close', end)
        .on('data', (bytes: Buffer) => {
          if (fault !== 'silence') to.write(bytes);
        });
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    fault(next) {
      // What was swallowed in a silence is missing in the middle of the connection.
      if (next === 'outage' || fault === 'silence') breakAll();
      fault = next;
    },
    async close() {
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}
