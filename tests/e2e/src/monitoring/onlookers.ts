import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { eventually, startAppProcess } from '@sluice/testkit';
import { startBrowser } from '../harness/browser.ts';
import { runCommand, type CommandResult } from '../harness/run-command.ts';

/** Where people look: the dashboard's page in a real browser, and the command line. */
export interface Onlookers {
  /** Where the dashboard serves its metrics. */
  readonly telemetryUrl: string;
  /** Waits until a view of the page has a text. @returns the text */
  pageShows(view: string, text: RegExp): Promise<string>;
  /** Waits until a command has printed a text. @returns the text */
  commandShows(args: string, text: RegExp): Promise<string>;
  /** Waits until the page names no problem, and `sluice status` has none. */
  seeNoProblem(): Promise<void>;
  sluice(args: string): Promise<CommandResult>;
  close(): Promise<void>;
}

const patienceMs = 120_000;

/**
 * Builds the page, starts the dashboard and a browser.
 *
 * @param options.environment the servers' addresses
 * @param options.apps where the apps serve their metrics, by name
 */
export async function startOnlookers(options: {
  environment: Readonly<Record<string, string>>;
  apps: Readonly<Record<string, string>>;
  folder: string;
  signal: AbortSignal;
}): Promise<Onlookers> {
  const { environment, apps, folder, signal } = options;
  const built = await runCommand('node tools/workspace/src/build-page.ts apps/ops/dashboard');
  if (built.code !== 0) throw new Error(`the page cannot be built: ${built.stderr}`);
  const settings = {
    ...environment,
    AUDITS_FILE: join(folder, 'audits.jsonl'),
    SLUICE_APPS: Object.entries(apps)
      .map(([name, url]) => `${name}=${url}`)
      .join(),
  };
  const logFile = join(folder, 'dashboard.log');
  const dashboard = startAppProcess({
    folder: 'ops/dashboard',
    environment: { ...settings, DASHBOARD_PORT: '0', DASHBOARD_APPS: Object.values(apps).join() },
    logFile,
  });
  const telemetryUrl = await dashboard.telemetryUrl;
  const address = await eventually(async () => {
    const url = /"dashboard":"(http:[^"]+)"/.exec(await readFile(logFile, 'utf8'))?.[1];
    if (url === undefined) throw new Error('the dashboard does not serve its page yet');
    return url;
  }, patienceMs);
  const browser = await startBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${address}/freshness`);
  const sluice = (args: string) => runCommand(`node apps/ops/cli/src/main.ts ${args}`, settings);
  return {
    telemetryUrl,
    sluice,
    pageShows: (view, text) =>
      eventually(async () => {
        signal.throwIfAborted();
        return shownText(page, `${address}${view}`, text);
      }, patienceMs),
    commandShows: (args, text) =>
      eventually(async () => {
        signal.throwIfAborted();
        const { stdout } = await sluice(args);
        const found = text.exec(stdout)?.[0];
        if (found === undefined) throw new Error(`sluice ${args} does not show ${String(text)}:\n${stdout}`);
        return found;
      }, patienceMs),
    async seeNoProblem() {
      await eventually(async () => {
        signal.throwIfAborted();
        const problems = () => page.locator('.problems li').allTextContents();
        const before = await problems();
        if (before.length > 0) throw new Error(`the page names ${before.join('; ')}`);
        const { code, stdout } = await sluice('status');
        if (code !== 0) throw new Error(`sluice status ends with ${code}: ${stdout}`);
        // A page that was just loaded names none at first.
        const after = await problems();
        if (after.length > 0) throw new Error(`the page names ${after.join('; ')}`);
      }, patienceMs);
    },
    async close() {
      await browser.close();
      await dashboard.stop();
    },
  };
}

/** Looks at a view for a moment; it is loaded again where it is not the one that is open, or does not have the text. */
async function shownText(page: Page, address: string, text: RegExp): Promise<string> {
  const find = async () => text.exec((await page.locator('body').textContent({ timeout: 5_000 })) ?? '')?.[0];
  if (page.url() === address) {
    const found = await find();
    if (found !== undefined) return found;
  } else await page.goto(address);
  for (let tries = 0; tries < 4; tries++) {
    await delay(500);
    const found = await find();
    if (found !== undefined) return found;
  }
  await page.reload();
  throw new Error(`the page does not show ${String(text)}`);
}
