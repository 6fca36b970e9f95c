import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appAddresses, runningApps } from '@sluice/operations';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { flowApps } from './apps/flows.ts';
import { publishedApps } from './running-apps-file.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'apps-'))));
afterAll(() => rmSync(folder, { recursive: true }));

it('says where the running apps are, until the end', async () => {
  const file = join(folder, 'apps.json');
  const [first, second] = flowApps;
  if (first === undefined || second === undefined) throw new Error('there are no apps');
  const published = publishedApps({ isCheck: false, file });
  const url = 'http://127.0.0.1:9464';
  published.update([
    { app: first, process: { state: 'running', telemetryUrl: url } },
    { app: second, process: { state: 'starting' } },
  ]);
  expect(await appAddresses({ list: undefined, file })).toEqual([{ name: first.name, url }]);
  expect(await runningApps(file)).toMatchObject({ pid: process.pid, isCheck: false });
  published.remove();
  expect(await appAddresses({ list: undefined, file })).toBeUndefined();
});
