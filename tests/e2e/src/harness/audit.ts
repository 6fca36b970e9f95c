import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { iotReading, topicName } from '@sluice/contracts';

/** The totals of one topic at one destination in `sluice audit --json`. */
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

const program = resolve(import.meta.dirname, '../../../../apps/ops/cli/src/main.ts');

/** The audit of one topic at one destination. */
export interface DestinationAudit {
  ok: boolean;
  topic: string;
  destination: string;
  totals: AuditTotals;
  /** Of a destination that holds objects only. */
  objects?: { count: number };
}

/**
 * Audits topics with `sluice audit`, once the sinks have reached the present ends of the topics.
 *
 * @param waitSeconds how long the sinks may take for that
 * @param more options of the command
 */
export async function auditTopics(
  environment: Readonly<Record<string, string>>,
  topics: readonly string[],
  destinations: readonly string[],
  waitSeconds: number,
  more: readonly string[] = [],
): Promise<DestinationAudit[]> {
  const args = ['audit', '--json', ...topics.flatMap((topic) => ['--topic', topic])];
  args.push('--wait', String(waitSeconds), ...more);
  const child = spawn(
    process.execPath,
    [program, ...args, ...destinations.flatMap((name) => ['--destination', name])],
    {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (output === '') throw new Error(`${topics.join()} could not be audited: ${errors.trim()}`);
  return (JSON.parse(output) as { topics: DestinationAudit[] }).topics;
}

/** Audits one topic. @returns one audit for each destination, in their order */
export async function auditDestinations(
  environment: Readonly<Record<string, string>>,
  topic: string,
  destinations: readonly string[],
  waitSeconds: number,
): Promise<DestinationAudit[]> {
  const topics = await auditTopics(environment, [topic], destinations, waitSeconds);
  return destinations.map((name) => {
    const found = topics.find((one) => one.topic === topic && one.destination === name);
    if (found === undefined) throw new Error(`the audit has no result for ${topic} at ${name}`);
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
  if (found === undefined) throw new Error(`the audit has no result for ${topic}`);
  return found.totals;
}

/** What is wrong at a destination, or did not arrive in time. A dead letter is wrong too, as the scenarios' events are valid. */
export function auditShortfalls({ destination, ok, totals }: DestinationAudit): string[] {
  const { lost, duplicates, changed, unknown, notYetDelivered, expired, deadLetters } = totals;
  const named = Object.entries({ lost, duplicates, changed, unknown, notYetDelivered, expired, deadLetters })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${destination}: ${count} ${what}`);
  return named.length === 0 && !ok ? [`${destination}: the audit failed without a finding`] : named;
}

/** The simulated fleet sends unusable readings on purpose: their dead letters are as they should be. */
export const withoutBadReadings = (audit: DestinationAudit): DestinationAudit =>
  audit.topic === topicName(iotReading) ? { ...audit, totals: { ...audit.totals, deadLetters: 0 } } : audit;
