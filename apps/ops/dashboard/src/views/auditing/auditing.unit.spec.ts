import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PastAudit, PastTopicAudit } from '@sluice/audit';
import { createLogger, createMetrics } from '@sluice/telemetry';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RunningAudit } from '../../api/audits.ts';
import { auditMetrics } from './audit-metrics.ts';
import { scheduleAudits } from './schedule-audits.ts';

const logger = createLogger({ app: 'dashboard', level: 'fatal', format: 'json', to: 'stderr' });
let file: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audits-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'audits.jsonl');
});

const totals = {
  ...{ records: 10, events: 10, documents: 10, delivered: 9, deadLetters: 1, lost: 0, duplicates: 0, changed: 0 },
  ...{ unknown: 0, notYetDelivered: 0, expired: 0 },
};
const result = (destination: string, faults: Partial<PastTopicAudit['totals']> = {}): PastTopicAudit => ({
  ...{ topic: 'tweets', destination, ok: Object.keys(faults).length === 0, totals: { ...totals, ...faults } },
  ...{ faultyObjects: 0, unreadable: 0, findings: [] },
});
const remember = (atMs: number, ...topics: PastTopicAudit[]) => {
  const past: PastAudit = { atMs, tookMs: 1, command: 'sluice audit', isWhole: true, topics };
  return appendFile(file, `${JSON.stringify(past)}\n`);
};

describe('the metrics of audits', () => {
  const exposed = (everyMs?: number) => {
    const metrics = createMetrics('dashboard');
    auditMetrics(metrics, { file, everyMs, logger });
    return async (name: string) =>
      (await metrics.expose()).text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`))
        .map((line) => line.replace(',app="dashboard"', '').replace('app="dashboard"', ''));
  };

  it('are none while there was no audit', async () => {
    const lines = exposed();
    expect(await lines('audit_found_records')).toEqual([]);
    expect(await lines('audit_since_ok_seconds')).toEqual([]);
  });

  it('are what the last one found, and change with the next one', async () => {
    const lines = exposed();
    await remember(Date.now() - 60_000, result('gcs'), result('bigquery', { lost: 3, duplicates: 2, delivered: 6 }));
    expect(await lines('audit_ok')).toEqual([
      'audit_ok{topic="tweets",destination="gcs"} 1',
      'audit_ok{topic="tweets",destination="bigquery"} 0',
    ]);
    const found = await lines('audit_found_records');
    expect(found).toContain('audit_found_records{topic="tweets",destination="bigquery",found="missing"} 3');
    expect(found).toContain('audit_found_records{topic="tweets",destination="bigquery",found="duplicate"} 2');
    expect(found).toContain('audit_found_records{topic="tweets",destination="gcs",found="expected"} 10');
    expect(found).toContain('audit_found_records{topic="tweets",destination="gcs",found="missing"} 0');
    const age = Number((await lines('audit_age_seconds'))[0]?.split(' ')[1]);
    expect(age).toBeGreaterThanOrEqual(60);
    expect(age).toBeLessThan(90);

    await remember(Date.now(), result('bigquery'));
    // gcs has no sink any more: an audit of everything does not name it.
    expect(await lines('audit_ok')).toEqual(['audit_ok{topic="tweets",destination="bigquery"} 1']);
  });

  it('tell when all was in place, where audits are scheduled', async () => {
    const lines = exposed(3_600_000);
    const since = async () => Number((await lines('audit_since_ok_seconds'))[0]?.split(' ')[1]);
    expect(await lines('audit_interval_seconds')).toEqual(['audit_interval_seconds{} 3600']);
    expect(await since()).toBeLessThan(5);
    await remember(Date.now() - 7_200_000, result('gcs'));
    await remember(Date.now() - 60_000, result('gcs', { notYetDelivered: 4 }));
    expect(await since()).toBeGreaterThanOrEqual(7_200);
    await remember(Date.now() - 10_000, result('gcs'));
    expect(await since()).toBeLessThan(30);
  });
});

describe('scheduled audits', () => {
  const scheduled = (everyMs: number) => {
    const started: number[] = [];
    let running: RunningAudit | undefined;
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const command = {
      get running() {
        return running;
      },
      start(args: readonly string[]) {
        expect(args).toEqual(['audit']);
        started.push(Date.now());
      },
    };
    const run = (call: RunningAudit | undefined) => void (running = call);
    const schedule = scheduleAudits({ file, everyMs, command, logger, signal: stop.signal, firstAfterMs: 0 });
    return { started, run, schedule };
  };

  it('come again and again, also if one leaves no result', async () => {
    const { started } = scheduled(200);
    await delay(1_000);
    expect(started.length).toBeGreaterThanOrEqual(3);
    expect(started.length).toBeLessThanOrEqual(6);
  });

  it('count from the last audit of everything, also one that a person called', async () => {
    const atMs = Date.now();
    await remember(atMs, result('gcs'));
    const { started, schedule } = scheduled(3_600_000);
    await delay(300);
    expect(started).toEqual([]);
    expect(schedule.state).toEqual({ everyMs: 3_600_000, nextMs: atMs + 3_600_000 });
  });

  it('do not begin while another runs', async () => {
    await writeFile(file, '');
    const { started, run } = scheduled(100);
    run({ sinceMs: Date.now(), command: 'sluice audit --topic tweets', progress: '' });
    await delay(200);
    const before = started.length;
    await delay(500);
    expect(started.length).toBe(before);
    run(undefined);
    await delay(1_500);
    expect(started.length).toBeGreaterThan(before);
  });
});
