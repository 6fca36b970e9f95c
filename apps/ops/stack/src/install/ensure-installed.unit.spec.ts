import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gcs } from '../servers/gcs.ts';
import { type Server } from '../servers/server.ts';
import { ensureInstalled } from './ensure-installed.ts';
import { type InstallJob } from './install-job.ts';

let cache: string;
let messages: string[];
let installations: number;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'sluice-cache-'));
  messages = [];
  installations = 0;
});

afterEach(() => rmSync(cache, { recursive: true }));

/** A server with the given installation. */
function serverThat(install: (job: InstallJob) => void | Promise<void> = fill): Server {
  return {
    ...gcs,
    release: 'toy-2.0.0',
    installDiskBytes: 1,
    async install(job) {
      installations++;
      await install(job);
    },
  };
}

function fill({ files }: InstallJob): void {
  writeFileSync(join(files, 'server'), 'whole');
}

function ensure(server: Server, signal = new AbortController().signal): Promise<string> {
  return ensureInstalled(server, cache, { say: (line) => messages.push(line), track: () => () => undefined }, signal);
}

test('an installed release is not installed again', async () => {
  const folder = await ensure(serverThat());
  expect(await ensure(serverThat())).toBe(folder);
  expect(installations).toBe(1);
  expect(readdirSync(cache)).toEqual(['toy-2.0.0']);
});

test('a truncated file is noticed, reported and repaired', async () => {
  const folder = await ensure(serverThat());
  truncateSync(join(folder, 'server'), 1);
  await ensure(serverThat());
  expect(installations).toBe(2);
  expect(messages.join('\n')).toContain('toy-2.0.0 is broken (server has 1 bytes instead of 5)');
});

test('if two need the same release, one installs it and the other waits', async () => {
  const slow = serverThat(async (job) => {
    await sleep(50);
    fill(job);
  });
  expect(await Promise.all([ensure(slow), ensure(slow)])).toEqual([join(cache, 'toy-2.0.0'), join(cache, 'toy-2.0.0')]);
  expect(installations).toBe(1);
  expect(messages.join('\n')).toContain('waiting');
});

test('an interrupted installation is resumed with what it had downloaded', async () => {
  const work = join(cache, '.installing-toy-2.0.0');
  mkdirSync(join(work, 'maven'), { recursive: true });
  writeFileSync(join(work, 'maven/part'), 'half');
  await ensure(
    serverThat((job) => {
      expect(existsSync(join(job.work, 'maven/part'))).toBe(true);
      expect(readdirSync(job.files)).toEqual([]);
      fill(job);
    }),
  );
  expect(existsSync(work)).toBe(false);
});

test('an interrupted installation that cannot be resumed is started again', async () => {
  const part = join(cache, '.installing-toy-2.0.0', 'part');
  mkdirSync(join(part, '..'));
  writeFileSync(part, 'spoilt');
  await ensure(
    serverThat((job) => {
      if (existsSync(part)) throw new Error('cannot read part');
      fill(job);
    }),
  );
  expect(installations).toBe(2);
});

test('a failed installation leaves nothing and reports the reason', async () => {
  const failing = serverThat((job) => job.run('bash', ['-c', 'echo no route to host; exit 3']));
  await expect(ensure(failing)).rejects.toThrow(/exit code 3[^]*no route to host/);
  expect(readdirSync(cache)).toEqual([]);
});

test('an aborted installation ends its tool', async () => {
  const controller = new AbortController();
  const endless = serverThat(async (job) => {
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 200);
    await job.run('sleep', ['60']);
  });
  await expect(ensure(endless, controller.signal)).rejects.toThrow('Ctrl-C');
});

test('remains of older versions are removed, those of other servers kept', async () => {
  mkdirSync(join(cache, '.installing-toy-1.9.0'));
  mkdirSync(join(cache, '.installing-other-1.0'));
  await ensure(serverThat());
  expect(readdirSync(cache).sort()).toEqual(['.installing-other-1.0', 'toy-2.0.0']);
});

test('a full disk is reported before anything is downloaded', async () => {
  const huge = { ...serverThat(), installDiskBytes: 1e18 };
  await expect(ensure(huge)).rejects.toThrow(/needs 1000000000000 MB .* MB are free\. Make room, or set SLUICE_CACHE/);
  expect(installations).toBe(0);
});
