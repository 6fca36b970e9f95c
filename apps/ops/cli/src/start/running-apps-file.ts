import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunningApps } from '@sluice/operations';
import { workspaceRoot } from '../workspace-root.ts';
import type { RunningApp } from './apps/running-app.ts';

/** Where `sluice start` says where its apps are, for `sluice status` and others: their ports are free ones. */
export const runningAppsFile = join(workspaceRoot, '.sluice/apps.json');

/** Keeps the file true while `sluice start` runs. It keeps running where the file cannot be written. */
export function publishedApps({ isCheck, file = runningAppsFile }: { isCheck: boolean; file?: string }) {
  let written = '';
  return {
    update(apps: readonly Pick<RunningApp, 'app' | 'process'>[]): void {
      const running: RunningApps = {
        ...{ pid: process.pid, isCheck },
        apps: apps.flatMap(({ app, process: state }) =>
          state.state === 'running' ? [{ name: app.name, url: state.telemetryUrl }] : [],
        ),
      };
      const text = `${JSON.stringify(running)}\n`;
      if (text === written) return;
      written = text;
      try {
        mkdirSync(dirname(file), { recursive: true });
        // Its readers never see half of it.
        writeFileSync(`${file}.new`, text);
        renameSync(`${file}.new`, file);
      } catch {
        return;
      }
    },
    remove(): void {
      rmSync(file, { force: true });
    },
  };
}
