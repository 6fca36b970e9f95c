import { stat } from 'node:fs/promises';
import { latestResults, readAudits, type PastAudit, type PastTopicAudit } from '@sluice/audit';
import {
  auditMetrics as definitions,
  describeError,
  type auditFaults,
  type Logger,
  type Metrics,
} from '@sluice/telemetry';

const mostRuns = 200;

type Found = (typeof auditFaults)[number] | 'expected' | 'present' | 'rejected' | 'late';

/**
 * Shows the results of `sluice audit`, called by people too, in the metrics. The file is read when they are asked for, if it has changed.
 *
 * @param everyMs how often this server audits everything; undefined where it does not
 */
export function auditMetrics(
  metrics: Metrics,
  { file, everyMs, logger }: { file: string; everyMs: number | undefined; logger: Logger },
): void {
  const startedMs = Date.now();
  const runs = pastAudits(file, logger);
  const latest = async () => latestResults(await runs());
  metrics.gauge({
    ...definitions.found,
    async collect(gauge) {
      const results = await latest();
      gauge.reset();
      for (const { topic, destination, ...result } of results)
        for (const [found, count] of Object.entries(countsOf(result))) gauge.set({ topic, destination, found }, count);
    },
  });
  metrics.gauge({
    ...definitions.ok,
    async collect(gauge) {
      const results = await latest();
      gauge.reset();
      for (const { topic, destination, ok } of results) gauge.set({ topic, destination }, ok ? 1 : 0);
    },
  });
  metrics.gauge({
    ...definitions.age,
    async collect(gauge) {
      const results = await latest();
      gauge.reset();
      for (const { topic, destination, atMs } of results) gauge.set({ topic, destination }, secondsSince(atMs));
    },
  });
  if (everyMs === undefined) return;
  metrics.gauge({ ...definitions.interval, collect: (gauge) => gauge.set(everyMs / 1_000) });
  metrics.gauge({
    ...definitions.sinceOk,
    async collect(gauge) {
      const ok = (await runs()).find(({ isWhole, topics }) => isWhole && topics.every((one) => one.ok));
      gauge.set(secondsSince(ok?.atMs ?? startedMs));
    },
  });
}

// The clock of this machine may have been set back.
const secondsSince = (atMs: number): number => Math.max(0, Date.now() - atMs) / 1_000;

const countsOf = ({
  totals,
  faultyObjects,
  unreadable,
}: Pick<PastTopicAudit, 'totals' | 'faultyObjects' | 'unreadable'>): Readonly<Record<Found, number>> => ({
  expected: totals.events,
  present: totals.delivered,
  rejected: totals.deadLetters,
  late: totals.notYetDelivered,
  missing: totals.lost,
  duplicate: totals.duplicates,
  changed: totals.changed,
  unknown: totals.unknown,
  faulty_object: faultyObjects,
  expired: totals.expired,
  unreadable,
});

/** Past audits, the newest first. They stay as they were last read while the file cannot be read. */
function pastAudits(file: string, logger: Logger): () => Promise<readonly PastAudit[]> {
  let known: { state: string; runs: Promise<readonly PastAudit[]> } = { state: '', runs: Promise.resolve([]) };
  let problem: string | undefined;
  return async () => {
    const state = await stat(file).then(
      ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
      () => '',
    );
    if (state === known.state) return known.runs;
    const before = await known.runs;
    known = {
      state,
      runs: readAudits(file, mostRuns).then(
        (runs) => {
          problem = undefined;
          return runs;
        },
        (error: unknown) => {
          const reason = describeError(error);
          if (reason !== problem) logger.warn({ file, reason }, 'the results of audits cannot be read');
          problem = reason;
          return before;
        },
      ),
    };
    return known.runs;
  };
}
