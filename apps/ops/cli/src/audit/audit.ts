import { join } from 'node:path';
import type { EventContract } from '@sluice/contracts';
import { eventAccess, type EventAccess } from '../clients/event-access.ts';
import { progress, type Progress } from '@sluice/terminal';
import { rememberAudit, type Auditor, type TopicAudit } from '@sluice/audit';
import { destinations } from '../destinations.ts';
import { commandConfig } from '../settings.ts';
import { UserError } from '../user-error.ts';
import { settings } from '@sluice/config';
import { describeError } from '@sluice/telemetry';
import { workspaceRoot } from '../workspace-root.ts';
import { auditReport, findingLines } from './audit-report.ts';

/** Where the results are kept that the dashboard shows. */
const pastAudits = join(workspaceRoot, '.sluice/audits.jsonl');
const auditSettings = {
  AUDITS_FILE: settings.optional(settings.text({ description: 'Where the results of audits are kept' })),
};

export interface AuditOptions {
  /** The events to audit; those whose topics do not exist are left out. */
  contracts: readonly EventContract[];
  /** Of `destinations`; without any, those whose sink's consumer group exists. */
  destinations?: readonly string[] | undefined;
  /** The sink's consumer group; its project name by default. For one destination only. */
  group?: string | undefined;
  /** The group of the sink gcs, where BigQuery is audited. */
  objectsGroup?: string | undefined;
  /** How long the sinks may take to get to where the topics end now. */
  waitSeconds?: number | undefined;
  full?: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Compares topics with destinations. What seems lost is looked for a second time before it is reported.
 *
 * @throws UserError when none of the topics exists, or nothing is delivered anywhere; ConfigError; and the abort reason
 */
export async function auditTopics(options: AuditOptions): Promise<TopicAudit[]> {
  const { contracts, group, objectsGroup = 'gcs', waitSeconds, full = false, environment, signal } = options;
  if (group !== undefined && options.destinations?.length !== 1)
    throw new UserError('A group is that of one sink: say with --destination of which.');
  const auditors: Auditor[] = [];
  const create = (name: string) => {
    const auditor = destinations[name]?.auditor(environment, signal);
    if (auditor === undefined) throw new UserError(`There is no destination ${name} to audit.`);
    auditors.push(auditor);
  };
  const audits: TopicAudit[] = [];
  try {
    // Wrong settings are reported before anything is waited for.
    options.destinations?.forEach(create);
    const access = await eventAccess(environment, signal);
    try {
      if (options.destinations === undefined) (await servedDestinations(access)).forEach(create);
      for (const contract of contracts) {
        for (const auditor of auditors) {
          const look = () =>
            auditor.audit({
              access,
              contract,
              group: group ?? auditor.name,
              objectsGroup,
              waitMs: (waitSeconds ?? auditor.patienceSeconds) * 1000,
              full,
              progress: options.progress,
            });
          let audit = await look();
          // Kafka may show a committed offset a moment before the dead letter that was committed with it.
          if (audit !== undefined && audit.totals.lost > 0) audit = await look();
          if (audit !== undefined) audits.push(audit);
        }
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
    for (const auditor of auditors) await auditor.close();
  }
  if (audits.length === 0)
    throw new UserError(
      `There is nothing to audit: no topic ${contracts.map(({ topic }) => topic).join(', ')} exists.`,
    );
  return audits;
}

/** The destinations whose sink's consumer group exists. */
async function servedDestinations({ kafka }: EventAccess): Promise<string[]> {
  const groups = new Set(await kafka.groups());
  const served = Object.keys(destinations).filter((name) => groups.has(name));
  if (served.length > 0) return served;
  throw new UserError(
    `No sink delivers anything: there is no consumer group ${Object.keys(destinations).join(', ')}. ` +
      'Where a sink has another one, name it with --destination and --group.',
  );
}

/**
 * Audits, showing on standard error how far it is, and prints the result.
 *
 * @param options.isWhole whether it is about all events and all destinations that have a sink
 * @returns the exit code: 0 when everything is where it belongs, and nothing else is
 */
export async function audit(
  options: Omit<AuditOptions, 'progress'> & { json: boolean; isWhole: boolean },
): Promise<number> {
  const atMs = Date.now();
  const topics = await auditTopics({ ...options, progress: progress(process.stderr) });
  const { AUDITS_FILE: file } = commandConfig(auditSettings, options.environment);
  const command = ['sluice', ...process.argv.slice(2)].join(' ');
  const call = { atMs, tookMs: Date.now() - atMs, command, isWhole: options.isWhole };
  await rememberAudit(file ?? pastAudits, call, topics, findingLines).catch((error: unknown) =>
    process.stderr.write(`The result could not be kept for the dashboard: ${describeError(error)}\n`),
  );
  const ok = topics.every((one) => one.ok);
  const output = options.json ? [JSON.stringify({ ok, topics })] : auditReport(topics, process.stdout);
  process.stdout.write(`${output.join('\n')}\n`);
  return ok ? 0 : 1;
}
