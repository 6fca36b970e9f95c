import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostMetrics } from '@sluice/contracts';
import { testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { eventually, launchBroker, startAppProcess, type AppProcess, type LaunchedBroker } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli } from '../testing/run-cli.ts';

describe('a tap', { timeout: 120_000 }, () => {
  let broker: LaunchedBroker;
  let kafka: TestKafka;
  let folder: string;
  const apps: AppProcess[] = [];

  const start = async (environment: Record<string, string>): Promise<string> => {
    const app = startAppProcess({
      folder: 'sinks/stdout',
      logFile: join(folder, 'stdout.log'),
      environment: { KAFKA_BROKERS: broker.brokers, SINK_TOPICS: hostMetrics.topic, ...environment },
    });
    apps.push(app);
    return app.telemetryUrl;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tap-'));
    broker = await launchBroker(uniqueName('tap'));
    kafka = await testKafka(broker.brokers);
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await kafka.disconnect();
    await broker.stop();
    rmSync(folder, { recursive: true });
  });

  it('shows each record as it was read and sent, with its verdict', async () => {
    const SLUICE_APPS = `stdout=${await start({ TELEMETRY_TAP: 'true' })}`;
    await kafka.ensureTopics([hostMetrics.topic], { signal: AbortSignal.timeout(60_000) });
    const tap = startCli(['tap', 'stdout', '--limit', '1', '--json'], { SLUICE_APPS });
    const event = JSON.stringify({ host: 'a', time: new Date().toISOString(), interval_ms: 1_000 });
    const publish = async () => {
      const { child, ended } = startCli(
        ['produce', hostMetrics.topic],
        { KAFKA_BROKERS: broker.brokers },
        `${event}\n`,
      );
      await ended;
      return child.exitCode;
    };
    await eventually(async () => {
      expect(await publish()).toBe(0);
      expect(tap.child.exitCode).toBe(0);
    }, 60_000);
    const { stdout, stderr } = await tap.ended;
    const shown = JSON.parse(stdout) as Record<string, unknown>;
    expect(shown).toMatchObject({
      ...{ app: 'stdout', topic: hostMetrics.topic, verdict: 'delivered', attempt: 1 },
      read: { host: 'a' },
      sent: { host: 'a' },
    });
    expect(stderr).toMatch(/^stdout: 1 of \d+ records? shown\.\n$/);
  });

  it('is refused by an app that does not allow it, and where no app is', async () => {
    const SLUICE_APPS = `stdout=${await start({ SINK_GROUP: 'other' })},gone=http://127.0.0.1:9`;
    const refused = await runCli(['tap', 'stdout'], { SLUICE_APPS });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('start it with TELEMETRY_TAP=true');
    expect((await runCli(['tap', 'gone'], { SLUICE_APPS })).stderr).toContain('does not answer');
    expect((await runCli(['tap', 'gcs'], { SLUICE_APPS })).stderr).toContain(
      'There is no app gcs; there are stdout, gone.',
    );
  });
});
