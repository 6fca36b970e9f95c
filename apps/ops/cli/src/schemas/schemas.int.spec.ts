import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCodec } from '@sluice/schema-registry';
import { tweet, videoEvent } from '@sluice/contracts';
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

  it('registers what is not registered, and refuses what would break something', async () => {
    const applied = async (...args: string[]) => {
      const { code, stdout } = await runCli(['schemas', 'apply', '--json', ...args]);
      const { contracts } = JSON.parse(stdout) as { contracts: { topic: string; outcome: string; reason?: string }[] };
      return { code, of: (topic: string) => contracts.find((one) => one.topic === topic) };
    };
    expect((await applied()).of('tweets')).toMatchObject({ outcome: expect.stringMatching(/registered|up to date/) });
    const again = await applied('--dry-run');
    expect([again.code, again.of('tweets')]).toEqual([
      0,
      { topic: 'tweets', outcome: 'up to date', schemaId: expect.any(Number) },
    ]);
    // Somebody has registered a version with another type.
    const subject = 'video-events-value';
    const registry = serverAddresses().schemaRegistryUrl;
    const put = (path: string, method: string, body: object) =>
      fetch(`${registry}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const fields = videoEvent.schema.fields.map((field) =>
      field.name === 'playtime' ? { ...field, type: 'string' } : field,
    );
    const former = { ...videoEvent.schema, fields };
    await put(`/config/${subject}`, 'PUT', { compatibility: 'NONE' });
    const registered = await put(`/subjects/${subject}/versions`, 'POST', { schema: JSON.stringify(former) });
    expect(registered.status).toBe(200);
    try {
      const refused = await applied();
      expect(refused.code).toBe(1);
      expect(refused.of('video-events')?.outcome).toBe('refused');
      expect(refused.of('video-events')?.reason).toMatch(/^libs\/contracts\/avro\/video-event\.avsc:\d+: error: /);
      expect(refused.of('tweets')?.outcome).toBe('up to date');
    } finally {
      const { version } = (await (await fetch(`${registry}/subjects/${subject}/versions/latest`)).json()) as {
        version: number;
      };
      for (const query of ['', '?permanent=true'])
        await fetch(`${registry}/subjects/${subject}/versions/${version}${query}`, { method: 'DELETE' });
      await put(`/config/${subject}`, 'PUT', { compatibility: 'BACKWARD' });
    }
  });

  it('exports a contract as JSON Schema and by the Open Data Contract Standard', async () => {
    const exported = async (...args: string[]) => {
      const { stdout } = await runCli(['schemas', 'export', ...args]);
      return JSON.parse(stdout) as unknown;
    };
    expect(await exported('tweets')).toMatchObject({ title: 'sluice.Tweet', properties: { text: { type: 'string' } } });
    expect(await exported('tweets', '--as', 'odcs')).toMatchObject({ kind: 'DataContract', name: 'tweets' });
    expect(Object.keys((await exported()) as object)).toContain('iot-events');
    const { code, stderr } = await runCli(['schemas', 'export', 'orders']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^orders has no contract; these have: .*tweets/)]);
  });

  it('compares with a git revision', async () => {
    const { stdout, stderr } = await runCli(['schemas', 'diff', '--against', 'HEAD', '--json']);
    expect(stderr).toBe('');
    const { verdicts } = JSON.parse(stdout) as { verdicts: object };
    expect(Object.keys(verdicts)).toEqual(['avro', 'contract', 'mapping', 'table', 'types']);
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
