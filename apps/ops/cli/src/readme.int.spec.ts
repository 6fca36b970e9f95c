import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { testKafka, uniqueName, type TestKafka } from '@sluice/kafka/testing';
import { launchBroker, type LaunchedBroker } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
/** What needs the repository is tried by tests of its own. */
const isOfRepository = (command: string): boolean => command.startsWith('npm run sluice -- schemas ');
const commands = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .filter((command) => !isOfRepository(command));

const tweet = (id: number): string =>
  JSON.stringify({
    ...{ id: String(id), created_at: new Date().toISOString(), text: `BTS ${id}`, language: 'ko', author: { id: '1' } },
    ...{ first_version_id: String(id), delivered_by: 'STREAM', original: {} },
  });

describe('every example of the README', { timeout: 120_000 }, () => {
  let broker: LaunchedBroker;
  let kafka: TestKafka;
  let folder: string;

  beforeAll(async () => {
    broker = await launchBroker(uniqueName('cli-readme'));
    kafka = await testKafka(broker.brokers);
    await kafka.ensureTopics(['tweets'], { signal: AbortSignal.timeout(60_000) });
    await kafka.admin.setGroupOffsets(
      'elasticsearch',
      [0, 1, 2, 3].map((partition) => ({ topic: 'tweets', partition, nextOffset: 0n })),
    );
    folder = mkdtempSync(join(tmpdir(), 'cli-readme-'));
    writeFileSync(join(folder, 'tweets.jsonl'), `${[1, 2, 3, 4].map(tweet).join('\n')}\n`);
    // As `npm link` does: a name on the path for the program itself.
    mkdirSync(join(folder, 'bin'));
    const program = join(folder, 'bin/sluice');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'main.ts')}' "$@"\n`);
    chmodSync(program, 0o755);
  });
  afterAll(async () => {
    await kafka.disconnect();
    await broker.stop();
    rmSync(folder, { recursive: true });
  });

  const run = async (command: string) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: folder,
      env: {
        ...process.env,
        KAFKA_BROKERS: broker.brokers,
        PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [[code], stdout, stderr] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
    return { code: code as number | null, stdout, stderr };
  };

  it.each(commands)('%s', async (command) => {
    const { code, stdout, stderr } = await run(command);
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(stderr).not.toContain('because of a bug');
    if (!command.includes('>')) expect(stdout).not.toBe('');
  });
});
