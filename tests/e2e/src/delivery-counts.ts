import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** What `sluice counts --json` says of one topic. */
export interface DeliveryCounts {
  topic: string;
  records: number;
  events: number;
  documents: number;
  deadLetters: number;
  lost: number;
  duplicates: number;
  unknown: number;
}

const program = resolve(import.meta.dirname, '../../../apps/ops/cli/src/main.ts');

/** Counts, id by id, what is in Kafka and in Elasticsearch: through the command that users have. */
export async function deliveryCounts(
  environment: Readonly<Record<string, string>>,
  topic: string,
): Promise<DeliveryCounts> {
  const child = spawn(process.execPath, [program, 'counts', '--json'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const found =
    output === '' ? undefined : (JSON.parse(output) as DeliveryCounts[]).find((counts) => counts.topic === topic);
  if (found === undefined) throw new Error(`the counts of ${topic} could not be taken: ${errors.trim()}`);
  return found;
}
