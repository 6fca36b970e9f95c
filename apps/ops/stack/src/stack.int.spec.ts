import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { processesOf } from './processes/server-process.ts';
import { allServers } from './servers/all-servers.ts';
import { coordinatorsAnswer } from './lifecycle/kafka-coordinators.ts';
import { serverNames } from './servers/server.ts';
import { readState, stackFolder } from './state/state.ts';

const name = `stack-spec-${process.pid}`;
const timeout = 120_000;

/** The environment without the addresses of other stacks: these servers are to be the stack's own. */
const environment = { ...process.env };
for (const { variable } of Object.values(allServers)) delete environment[variable];

function stack(...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, '--name', name], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment,
  });
}

/** Starts a launcher in the foreground; `printed` returns what it has printed on standard error so far. */
function launch(only: string, ...args: string[]): { launcher: ChildProcess; printed: () => string } {
  const launcher = stack('up', '--temporary', '--only', only, ...args);
  let printed = '';
  launcher.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  launcher.stdout?.resume();
  return { launcher, printed: () => printed };
}

async function finish(child: ChildProcess): Promise<string> {
  const [printed] = await Promise.all([child.stdout ? text(child.stdout) : '', once(child, 'exit')]);
  return printed;
}

const running = () => serverNames.flatMap((server) => processesOf(join(stackFolder(name), server)));
const ready = { timeout, interval: 200 };

afterEach(async () => void (await finish(stack('down'))));

test(
  'a server that dies is reported with the end of its log, brought back on its data, and gone after Ctrl-C',
  async () => {
    const { launcher, printed } = launch('kafka,gcs');
    await expect.poll(printed, ready).toContain('All servers are ready');
    const before = readState(name)?.servers.kafka;
    expect(await coordinatorsAnswer(before?.address ?? '')).toBe(true);

    process.kill(before?.process?.pid ?? 0, 'SIGKILL');
    await expect
      .poll(printed, ready)
      .toMatch(/kafka died \(process \d+\); `npm run stack .*` brings it back; the end of its log:\n +\[.* INFO/);

    const report: unknown = JSON.parse(await finish(stack('up', '--detach', '--json', '--only', 'kafka')));
    expect(report).toMatchObject({
      name,
      environment: { KAFKA_BROKERS: before?.address },
      servers: [{ state: 'running' }],
    });
    const after = readState(name)?.servers.kafka;
    expect(after).toMatchObject({ ports: before?.ports, data: before?.data });
    expect(after?.process?.pid).not.toBe(before?.process?.pid);

    await expect.poll(printed, ready).toMatch(/kafka runs again \(process \d+\)/);

    launcher.kill('SIGINT');
    await once(launcher, 'exit');
    expect(running()).toEqual([]);
    expect(existsSync(stackFolder(name))).toBe(false);
  },
  timeout,
);

test(
  'servers of a killed launcher are found and cleaned by the next',
  async () => {
    const first = launch('gcs');
    await expect.poll(first.printed, ready).toContain('All servers are ready');
    const left = running();
    first.launcher.kill('SIGKILL');
    await once(first.launcher, 'exit');
    expect(running()).toEqual(left);

    const second = launch('gcs', '--tied');
    await expect.poll(second.printed, ready).toContain('All servers are ready');
    // Every start in this checkout cleans up: another test's may have come first, and then this one has nothing to say.
    expect(running().filter(({ pid }) => left.some((one) => one.pid === pid))).toEqual([]);

    second.launcher.stdin?.end();
    await once(second.launcher, 'exit');
    expect(running()).toEqual([]);
  },
  timeout,
);
