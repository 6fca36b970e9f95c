import type { EventContract } from '@sluice/schemas';
import { eventAccess } from '../event-access.ts';
import { progress, type Progress } from '../progress.ts';
import { UserError } from '../user-error.ts';
import { auditReport } from './audit-report.ts';
import { auditTopic, type TopicAudit } from './audit-topic.ts';
import type { Destination } from './destination.ts';
import { elasticsearch } from './elasticsearch.ts';

/** The destinations that can be audited. */
export const destinations: Readonly<Record<string, (environment: NodeJS.ProcessEnv) => Destination>> = {
  elasticsearch,
};

export interface AuditOptions {
  /** The events to audit; those whose topics do not exist are left out. */
  contracts: readonly EventContract[];
  /** One of `destinations`. */
  destination: string;
  /** The sink's consumer group; its project name unless told otherwise. */
  group?: string | undefined;
  /** How long the sink may take to get to where the topics end now. */
  waitSeconds: number;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Compares topics with a destination.
 *
 * @throws UserError when none of the topics exists, ConfigError, and the signal's reason when it is aborted
 */
export async function auditTopics(options: AuditOptions): Promise<TopicAudit[]> {
  const { contracts, group, waitSeconds, environment, signal } = options;
  const create = destinations[options.destination];
  if (create === undefined) throw new UserError(`There is no destination ${options.destination} to audit.`);
  const destination = create(environment);
  const audits: TopicAudit[] = [];
  try {
    const access = await eventAccess(environment, signal);
    try {
      for (const contract of contracts) {
        const audit = await auditTopic({
          access,
          destination,
          contract,
          group: group ?? destination.name,
          waitMs: waitSeconds * 1000,
          progress: options.progress,
        });
        if (audit !== undefined) audits.push(audit);
      }
    } finally {
      await access.close();
    }
  } catch (error) {
    // Requests under way end with errors of their own.
    signal.throwIfAborted();
    throw error;
  } finally {
    options.progress.end();
    await destination.close();
  }
  if (audits.length === 0)
    throw new UserError(
      `There is nothing to audit: no topic ${contracts.map(({ topic }) => topic).join(', ')} exists.`,
    );
  return audits;
}

/**
 * Audits, showing on standard error how far it is, and prints the result.
 *
 * @returns the exit code: 0 when everything is where it belongs, and nothing else is
 */
export async function audit(options: Omit<AuditOptions, 'progress'> & { json: boolean }): Promise<number> {
  const topics = await auditTopics({ ...options, progress: progress(process.stderr) });
  const ok = topics.every((one) => one.ok);
  const output = options.json ? [JSON.stringify({ ok, topics })] : auditReport(topics, process.stdout);
  process.stdout.write(`${output.join('\n')}\n`);
  return ok ? 0 : 1;
}
