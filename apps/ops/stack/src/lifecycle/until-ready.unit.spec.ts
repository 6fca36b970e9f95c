import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { untilReady } from './bring-up.ts';
import { identify } from '../processes/processes.ts';
import { gcs } from '../servers/gcs.ts';

const limits = { readyMs: 60_000, silentMs: 3_000 };

/** Waits for a server that runs a script in its data folder. It is ready when the file `ready` exists there. */
async function wait(script: string, within = limits): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'until-ready-'));
  const child = spawn(process.execPath, ['-e', script], { cwd: data, stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(data, { recursive: true });
  });
  const process_ = { ...(identify(child.pid ?? 0) ?? { pid: 0, startTicks: 0 }), startedAtMs: Date.now() };
  const server = { ...gcs, isReady: () => Promise.resolve(existsSync(join(data, 'ready'))) };
  const record = { ports: {}, data, address: '', process: process_ };
  await untilReady(server, record, { signal: new AbortController().signal, say: () => {} }, within);
}

const logging = "setInterval(() => fs.appendFileSync('server.log', 'working\\n'), 100);";

test('a working server may take several times as long as an idle one', () =>
  wait(`${logging} setTimeout(() => fs.writeFileSync('ready', ''), 7_000)`));

test('the wait for an idle server ends, with its log', () =>
  expect(wait('setInterval(() => {}, 1e6)')).rejects.toThrow(/did nothing for 3 s; its log is empty/));

test('the wait for a dead server ends at once', () =>
  expect(wait("fs.writeFileSync('server.log', 'no such disk'); process.exit(3)")).rejects.toThrow(
    /ended before it was ready; the end of its log:\n {4}no such disk/,
  ));

test('the wait for a server that works forever ends, and names the setting', () =>
  expect(wait(logging, { ...limits, readyMs: 1_000 })).rejects.toThrow(/was not ready after 1 s \(STACK_READY_MS/));
