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
}

const program = resolve(import.meta.dirname, '../../../apps/ops/cli/src/main.ts');

/**
 * Audits a topic through the command that users have, once the sink has come to where the topic ends now.
 *
 * @param waitSeconds how long the sink may take for that
 */
export async function audit(
  environment: Readonly<Record<string, string>>,
  topic: string,
  waitSeconds = 180,
): Promise<AuditTotals> {
  const child = spawn(process.execPath, [program, 'audit', '--json', '--topic', topic, '--wait', String(waitSeconds)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (output === '') throw new Error(`${topic} could not be audited: ${errors.trim()}`);
  const { topics } = JSON.parse(output) as { topics: { topic: string; totals: AuditTotals }[] };
  const found = topics.find((one) => one.topic === topic);
  if (found === undefined) throw new Error(`the audit says nothing of ${topic}`);
  return found.totals;
}
