import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { eventually, launchBroker, type LaunchedBroker } from '@sluice/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli, startCli } from '../testing/run-cli.ts';

let broker: LaunchedBroker;
let kafka: TestKafka;
let folder: string;

beforeAll(async () => {
  broker = await launchBroker(uniqueName('tail-restart'));
  kafka = await testKafka(broker.brokers);
  await kafka.ensureTopics(['tweets'], { signal: AbortSignal.timeout(60_000) });
  folder = mkdtempSync(join(tmpdir(), 'tail-'));
});
afterAll(async () => {
  await kafka.disconnect();
  await broker.stop();
  rmSync(folder, { recursive: true });
});

const environment = () => ({ KAFKA_BROKERS: broker.brokers });

const tweet = (id: number, text: string): string =>
  JSON.stringify({
    ...{ id: String(id), created_at: new Date().toISOString(), text, author: { id: '1' } },
    ...{ first_version_id: String(id), delivered_by: 'STREAM', original: {} },
  });

/** Publishes tweets with the command line; every third one is about bts. */
async function publish(from: number, count: number): Promise<void> {
  const file = join(folder, `${from}.jsonl`);
  const ids = Array.from({ length: count }, (_, n) => from + n);
  writeFileSync(
    file,
    ids.map((id) => `${tweet(id, id % 3 === 0 ? `BTS in concert ${id}` : `weather ${id}`)}\n`).join(''),
  );
  const { code, stdout, stderr } = await runCli(['produce', 'tweets', '--file', file], environment());
  expect(code, stderr).toBe(0);
  expect(stdout).toBe(`${count} events of tweets were published.\n`);
}

const textOf = (stream: Readable | null): { text: string } => {
  const seen = { text: '' };
  stream?.setEncoding('utf8').on('data', (text: string) => void (seen.text += text));
  return seen;
};

it(
  'a tail with a filter follows live, survives a restart of the broker, misses nothing, and says what it left out',
  { timeout: 240_000 },
  async () => {
    await publish(1, 30);
    const { child } = startCli(
      ['tail', 'tweets', '--from', 'start', '--filter', 'text contains "bts"', '--fields', 'id'],
      environment(),
    );
    const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
    const ids = () => [...out.text.matchAll(/ (\d+)$/gm)].map(([, id]) => Number(id)).sort((a, b) => a - b);
    const expected = (to: number) => Array.from({ length: Math.floor(to / 3) }, (_, n) => 3 * (n + 1));
    await eventually(() => expect(ids()).toEqual(expected(30)), 60_000);

    await broker.kill('kafka');
    await eventually(() => expect(err.text).toContain('Waiting for Kafka: '), 60_000);
    await broker.restore('kafka');
    await publish(31, 30);
    await eventually(() => expect(ids()).toEqual(expected(60)), 90_000);
    expect(err.text).toMatch(/Kafka answers again, after .* No record was left out by that\./);

    // What retention takes away before it was read is named, as everything that is skipped.
    child.kill('SIGSTOP');
    await publish(61, 30);
    const ends = (await kafka.ends('tweets')) ?? [];
    for (const { partition, end } of ends) await kafka.removeBefore('tweets', partition, end);
    child.kill('SIGCONT');
    await publish(91, 30);
    await eventually(
      () => expect(ids().filter((id) => id > 90)).toEqual([93, 96, 99, 102, 105, 108, 111, 114, 117, 120]),
      60_000,
    );

    child.kill('SIGINT');
    await eventually(() => expect(child.exitCode).toBe(130));
    const skipped = [...err.text.matchAll(/^Skipped tweets-\d, offsets (\d+) to (\d+): .*retention/gm)];
    const offsets = skipped.reduce((sum, [, from, to]) => sum + Number(to) - Number(from) + 1, 0);
    const shown = ids().length;
    const summary = /^tweets: (\d+) of (\d+) records shown; (\d+) did not match(?:, (\d+) offsets? skipped)?\.$/m.exec(
      err.text,
    );
    expect(summary, err.text).not.toBeNull();
    const [, printed, read, filtered, missing = '0'] = summary ?? [];
    expect(Number(printed)).toBe(shown);
    expect(Number(printed) + Number(filtered)).toBe(Number(read));
    expect(Number(missing)).toBe(offsets);
    // All 120 tweets were read, or were named as skipped.
    expect(Number(read) + offsets).toBe(120);
  },
);
