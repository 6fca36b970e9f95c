import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server on 127.0.0.1 that accepts connections and reads what comes. */
export interface HungServer {
  readonly port: number;
  close(): Promise<void>;
}

/** @param answer what each connection gets for its first bytes, after which nothing follows; nothing at all unless given */
export async function hungServer(answer = ''): Promise<HungServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () => void (answer !== '' && socket.write(answer))).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** An answer in HTTP that begins and does not end. */
export const halfAnswer = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"id":';
