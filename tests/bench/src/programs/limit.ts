// The limit: ready-made bulk bodies straight into Elasticsearch, with as many requests in flight as the sink has partitions.
// Arguments: a folder of bodies, the number of documents in all, requests in flight.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { meter, report } from '../measure.ts';

const [folder = '', total = '0', inFlight = '4'] = process.argv.slice(2);
const url = new URL('/_bulk?filter_path=errors,items.*.status', process.env['ELASTICSEARCH_URL']);
const agent = new Agent({ keepAlive: true, maxSockets: Number(inFlight) });
const bodies = readdirSync(folder).sort();
const measured = meter(Number(total));

async function send(body: Buffer): Promise<number> {
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length };
    request(url, { method: 'POST', agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    })
      .on('error', reject)
      .end(body);
  });
  const { errors, items } = JSON.parse(answer.toString()) as { errors: boolean; items: unknown[] };
  if (errors) throw new Error('Elasticsearch did not take every document');
  return items.length;
}

measured.begin();
await Promise.all(
  Array.from({ length: Number(inFlight) }, async () => {
    for (let file = bodies.shift(); file !== undefined; file = bodies.shift()) {
      const result = measured.count(await send(await readFile(join(folder, file))));
      if (result !== undefined) report(result);
    }
  }),
);
