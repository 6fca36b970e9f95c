import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** The numbers of one topic and its index, as `sluice audit --json` has them. */
export interface AuditTotals {
  records: number;
  events: number;
  documents: number;
  delivered: number;
  deadLetters: number;
  lost: number;
  duplicates: number;
  changed: number;
  unknown: number;
  notYetDelivered: number;
  expired: number;
}

const program = resolve(import.meta.dirname, '../../../apps/ops/cli/src/main.ts');

/** What one topic's audit at one destination says. */
export interface DestinationAudit {
  ok: boolean;
  topic: string;
  destination: string;
  totals: AuditTotals;
}

/**
 * Audits a topic through the command that users have, once the sinks have come to where the topic ends now.
 *
 * @param waitSeconds how long a sink may take for that
 * @returns one audit a destination, in their order
 */
export async function auditDestinations(
  environment: Readonly<Record<string, string>>,
  topic: string,
  destinations: readonly string[],
  waitSeconds: number,
): Promise<DestinationAudit[]> {
  const args = ['audit', '--json', '--topic', topic, '--wait', String(waitSeconds)];
  const child = spawn(
    process.execPath,
    [program, ...args, ...destinations.flatMap((name) => ['--destination', name])],
    {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (output === '') throw new Error(`${topic} could not be audited: ${errors.trim()}`);
  const { topics } = JSON.parse(output) as { topics: DestinationAudit[] };
  return destinations.map((name) => {
    const found = topics.find((one) => one.topic === topic && one.destination === name);
    if (found === undefined) throw new Error(`the audit says nothing of ${topic} at ${name}`);
    return found;
  });
}

/** The numbers of a topic at Elasticsearch. */
export async function audit(
  environment: Readonly<Record<string, string>>,
  topic: string,
  waitSeconds = 180,
): Promise<AuditTotals> {
  const [found] = await auditDestinations(environment, topic, ['elasticsearch'], waitSeconds);
  if (found === undefined) throw new Error(`the audit says nothing of ${topic}`);
  return found.totals;
}

/** What is wrong at a destination, or not there in time; a dead letter is wrong too, as the proofs' events are sound. */
export function auditShortfalls({ destination, ok, totals }: DestinationAudit): string[] {
  const { lost, duplicates, changed, unknown, notYetDelivered, expired, deadLetters } = totals;
  const named = Object.entries({ lost, duplicates, changed, unknown, notYetDelivered, expired, deadLetters })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${destination}: ${count} ${what}`);
  return named.length === 0 && !ok ? [`${destination}: the audit does not say that all is well`] : named;
}
