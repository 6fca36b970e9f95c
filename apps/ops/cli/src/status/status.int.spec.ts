import { hungServer, serverAddresses } from '@sluice/testkit';
import { describe, expect, it } from 'vitest';
import { runCli, startCli } from '../testing/run-cli.ts';

describe('status', () => {
  it('shows servers, groups and topics, and what is wrong with apps', async () => {
    const nothingThere = 'http://127.0.0.1:9';
    const { code, stdout } = await runCli(['status', '--json'], { SLUICE_APPS: `gcs=${nothingThere}` });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      servers: [
        { name: 'Kafka', address: serverAddresses().kafkaBrokers, problem: null },
        { name: 'schema registry', problem: null },
      ],
      apps: [{ name: 'gcs', url: nothingThere, state: 'no answer' }],
    });
  });

  it('says which server is down, and does not wait for it', { timeout: 60_000 }, async () => {
    const { code, stdout } = await runCli(['status'], {
      KAFKA_BROKERS: '127.0.0.1:9',
      SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/Kafka at 127\.0\.0\.1:9 does not answer: .+/);
    expect(stdout).toMatch(/schema registry at http:\/\/127\.0\.0\.1:9 does not answer: .+/);
  });

  it('gives up on a server that accepts connections and says nothing', { timeout: 60_000 }, async () => {
    const silent = await hungServer();
    const { code, stdout } = await runCli(['status'], { KAFKA_BROKERS: `127.0.0.1:${silent.port}` });
    await silent.close();
    expect(code).toBe(1);
    expect(stdout).toContain('does not answer: no answer for 10 s');
  });
});

describe('top', () => {
  it('prints a table at each interval in a pipe, and ends', async () => {
    const { code, stdout } = await runCli(['top', '--interval', '1', '--count', '2', '--json']);
    expect(code).toBe(0);
    const looks = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { partitions: unknown[] });
    expect(looks).toHaveLength(2);
  });

  it('ends with Ctrl-C', async () => {
    const { child, ended } = startCli(['top', '--interval', '1', '--json']);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
  });
});
