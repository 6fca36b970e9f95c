import type { FastifyInstance } from 'fastify';
import { readAudits } from '@sluice/audit';
import { contracts, topicName } from '@sluice/contracts';
import type { AuditHistory, AuditRun } from '../api/audits.ts';
import { auditMetrics } from './auditing/audit-metrics.ts';
import { scheduleAudits } from './auditing/schedule-audits.ts';
import { BadRequest, bodyText } from './query-text.ts';
import { sluiceCommand } from './sluice-command.ts';
import type { ViewContext } from './view-context.ts';

const mostRuns = 20;
const mostFindings = 20;

/**
 * `GET` and `POST /api/audits`. An audit runs as the command that a person would call: it needs memory of its own, and keeps its result
 * where the command keeps it.
 */
export function addAudits(server: FastifyInstance, { config, logger, metrics, signal }: ViewContext): void {
  const { AUDITS_FILE: file, AUDIT_INTERVAL_MS: everyMs } = config;
  const hasAnswered = async (sinceMs: number) => (await readAudits(file, 1)).some(({ atMs }) => atMs >= sinceMs);
  const command = sluiceCommand(config.DASHBOARD_COMMAND, { AUDITS_FILE: file }, { hasAnswered, logger, signal });
  auditMetrics(metrics, { file, everyMs, logger });
  const schedule = everyMs === undefined ? undefined : scheduleAudits({ file, everyMs, command, logger, signal });
  server.get('/api/audits', async (): Promise<AuditHistory> => ({
    runs: (await readAudits(file, mostRuns)).map(shown),
    running: command.running ?? null,
    schedule: schedule?.state ?? null,
    failure: command.failure ?? null,
    canStart: command.isAvailable && config.DASHBOARD_WRITE,
  }));
  server.post('/api/audits', async (request, reply) => {
    const topic = bodyText(request, 'topic');
    if (topic !== undefined && !contracts.some((contract) => topicName(contract) === topic))
      throw new BadRequest(`There is no event with the topic ${topic}`);
    if (!command.isAvailable)
      return reply.code(409).send({ reason: 'DASHBOARD_COMMAND does not say where `sluice` is' });
    if (command.running !== undefined) return reply.code(409).send({ reason: 'An audit is running already' });
    command.start(['audit', ...(topic === undefined ? [] : ['--topic', topic])]);
    return reply.code(202).send({});
  });
}

const shown = ({ atMs, tookMs, command, topics }: Awaited<ReturnType<typeof readAudits>>[number]): AuditRun => ({
  ...{ atMs, tookMs, command },
  topics: topics.map(({ topic, destination, ok, totals, findings }) => ({
    ...{ topic, destination, ok },
    expected: totals.events,
    present: totals.delivered,
    deadLetters: totals.deadLetters,
    missing: totals.lost,
    duplicate: totals.duplicates,
    changed: totals.changed,
    unknown: totals.unknown,
    notYetDelivered: totals.notYetDelivered,
    findings: findings.slice(0, mostFindings),
  })),
});
