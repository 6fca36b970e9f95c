import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A schema registry inside the test's own process: as much of one as it takes to encode records and to find their schemas. */
export interface InMemoryRegistry {
  url: string;
  close(): Promise<void>;
}

export async function inMemoryRegistry(): Promise<InMemoryRegistry> {
  const schemas: string[] = [];
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
      response.end(JSON.stringify(body));
    };
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const id = /^\/schemas\/ids\/(\d+)/.exec(request.url ?? '')?.[1];
      if (id !== undefined) return answer(200, { schema: schemas[Number(id) - 1] });
      if (request.url?.startsWith('/config/')) return answer(200, { compatibilityLevel: 'BACKWARD' });
      const { schema } = JSON.parse(Buffer.concat(parts).toString()) as { schema: string };
      const known = schemas.indexOf(schema);
      answer(200, { id: known >= 0 ? known + 1 : schemas.push(schema) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
