import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

/**
 * Serves the page. Every address that is not a file is a state of the page, so it gets the page too.
 *
 * @param folder what Vite has built
 * @throws when there is none
 */
export function servePage(server: FastifyInstance, folder: string): void {
  const files = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [
          path.slice(folder.length),
          { type: types[extname(path)] ?? 'application/octet-stream', content: readFileSync(path) },
        ];
      }),
  );
  const page = files.get('/index.html');
  if (page === undefined) throw new Error(`there is no page in ${folder}`);
  server.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const file = files.get(path);
    // Names of assets carry a hash of their content.
    void reply.header(
      'cache-control',
      file !== undefined && path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    );
    if (file === undefined && path.startsWith('/assets/')) return reply.code(404).send();
    return reply.type((file ?? page).type).send((file ?? page).content);
  });
}
