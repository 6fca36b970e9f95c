import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that accepts requests and never answers. */
export async function silentServer() {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  const asked = once(server, 'request');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Resolves with the first request. */
    asked,
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
    },
  };
}
