import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodec } from '@sluice/schema-registry';
import { tweet } from '@sluice/contracts';
import { serverAddresses } from '@sluice/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../testing/run-cli.ts';
import { workspaceRoot } from '../workspace-root.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-schemas-'));
  await cp(join(workspaceRoot, 'libs/contracts/avro'), folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** Changes the earlier version of a contract. */
async function changeEarlier(file: string, from: RegExp, to: string): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(from);
  await writeFile(path, text.replace(from, to));
}

describe('sluice schemas', { timeout: 60_000 }, () => {
  it('finds nothing in contracts that have not changed', async () => {
    const { code, stdout } = await runCli(['schemas', 'check', '--against', folder]);
    expect(stdout).toBe(
      'avro: unchanged, contract: unchanged, mapping: unchanged, table: unchanged, types: unchanged\n',
    );
    expect(code).toBe(0);
  });

  it('names rule, file and line of what breaks, and what is safe in one order only', async () => {
    await changeEarlier('iot-event.avsc', /"topic": "iot-events"/, '"topic": "iot"');
    await changeEarlier('tweet.avsc', /"SEARCH", "REPLAY"\]/, '"REPLAY"], "default": "REPLAY"');
    const { code, stdout } = await runCli(['schemas', 'check', '--against', folder]);
    expect(stdout).toMatch(
      /^libs\/contracts\/avro\/iot-event\.avsc:\d+: error: sluice\.IotEvent: its topic is "iot-events", and was "iot"\. .* \[topic-changed\]$/m,
    );
    expect(stdout).toMatch(
      /^libs\/contracts\/avro\/tweet\.avsc:\d+: readers first: .* SEARCH\. .* \[enum-symbol-added\]$/m,
    );
    expect(stdout).toMatch(/^avro: breaking, contract: breaking, mapping: unchanged/m);
    expect(code).toBe(1);

    const diff = await runCli(['schemas', 'diff', '--against', folder, '--json']);
    expect(diff.code).toBe(1);
    expect(JSON.parse(diff.stdout)).toMatchObject({
      verdicts: { avro: 'breaking', contract: 'breaking', table: 'unchanged' },
      changes: expect.arrayContaining([expect.objectContaining({ rule: 'topic-changed', severity: 'breaking' })]),
    });
  });

  it('compares with what is registered', async () => {
    await createCodec({ url: serverAddresses().schemaRegistryUrl }).encoder(tweet);
    const { code, stdout } = await runCli(['schemas', 'diff', '--registry', '--json']);
    const { changes } = JSON.parse(stdout) as { changes: { at: string; rule: string }[] };
    expect(changes.filter(({ at }) => at.startsWith('sluice.Tweet '))).toEqual([]);
    expect(code).toBe(0);
    const down = await runCli(['schemas', 'check', '--registry'], { SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' });
    expect(down.stderr).toMatch(/^the schema registry could not be asked: /);
    expect(down.code).toBe(1);
  });

  it('says which file is not a contract, and which version it cannot find', async () => {
    await writeFile(join(folder, 'tweet-gap.avsc'), '{\n  "type": "record",\n  oops\n}');
    const broken = await runCli(['schemas', 'check', '--against', folder]);
    expect(broken.stderr).toMatch(/tweet-gap\.avsc:3 is not JSON: InvalidSymbol\n$/);
    const unknown = await runCli(['schemas', 'check', '--against', 'no-such-revision']);
    expect(unknown.stderr).toBe(
      '--against no-such-revision cannot be read: it is neither a git revision nor a folder\n',
    );
    expect([broken.code, unknown.code]).toEqual([1, 1]);
  });
});
