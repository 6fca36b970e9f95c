import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { pageErrors, startBrowser } from '../../harness/browser.ts';
import { lookAtViews } from '../../harness/dashboard-views.ts';
import { corePercent } from '../../harness/process-cpu.ts';
import { peakBytes } from '../../harness/process-resources.ts';
import { root, startCommand, type RunningCommand } from '../../harness/run-command.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from '../../harness/scenario.ts';

const dashboard: Scenario = {
  sentence:
    'One `npm start` shows the address of the dashboard, where every source has data within a minute, in a real browser, for little memory and CPU.',
  run,
};
export default dashboard;

const topics = ['host-metrics', 'tweets', 'iot-events', 'video-events'] as const;
const dataWithinSeconds = 60;
const mostBytes = 150 * 1024 * 1024;
const mostPercent = 2;
const measuredSeconds = 60;
const noticedWithinSeconds = 15;

interface Findings {
  counted: [string, string | number][];
  shortfalls: string[];
}

async function run({ say, folder, signal }: ScenarioContext): Promise<ScenarioResult> {
  const found: Findings = { counted: [], shortfalls: [] };
  const command = startCommand('npm start');
  let browser: Browser | undefined;
  try {
    say('waiting for the address');
    const address = await shownAddress(command, signal);
    const shownMs = performance.now();
    if (!isFirstAddress(command.output.stdout)) found.shortfalls.push('the address is not the first that is shown');
    browser = await startBrowser();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const errors = pageErrors(page);
    await waitForData(page, address, found, { say, signal, shownMs });
    await compareNumbers(page, address, found);
    const looked = await lookAtViews({ browser, address, folder, say, signal });
    found.counted.push(['pictures of views', looked.pictures]);
    found.shortfalls.push(...looked.faults);
    await measure(page, address, found, { say, signal });
    await hangElasticsearch(page, found, { say, signal });
    found.shortfalls.push(...new Set(errors));
  } finally {
    await browser?.close();
    await command.interrupt();
  }
  return found;
}

async function shownAddress({ output, ended }: RunningCommand, signal: AbortSignal): Promise<string> {
  const over = ended.then(({ stderr }) => {
    throw new Error(`npm start has ended: ${stderr.slice(-400)}`);
  });
  over.catch(() => {});
  for (;;) {
    const address = /^Dashboard: (http:\S+)$/m.exec(output.stdout)?.[1];
    if (address !== undefined) return address;
    await Promise.race([delay(200, undefined, { signal }), over]);
  }
}

const isFirstAddress = (output: string): boolean =>
  /^[\w ]+: http\S+$/m.exec(output)?.[0].startsWith('Dashboard') === true;

type Step = Pick<ScenarioContext, 'say' | 'signal'>;

/** The page of each source shows its charts. */
async function waitForData(
  page: Page,
  address: string,
  found: Findings,
  step: Step & { shownMs: number },
): Promise<void> {
  for (const topic of topics) {
    step.say(`waiting for a chart of ${topic}`);
    await page.goto(`${address}/data/${topic}`);
    await page.waitForSelector('.chart canvas', { timeout: 180_000 });
    step.signal.throwIfAborted();
    const seconds = (performance.now() - step.shownMs) / 1000;
    found.counted.push([`${topic} on the page, seconds after the address`, Math.round(seconds)]);
    if (seconds > dataWithinSeconds)
      found.shortfalls.push(`${topic} was on the page only after ${Math.round(seconds)} s`);
  }
}

/** What the page shows is what the server says. */
async function compareNumbers(page: Page, address: string, found: Findings): Promise<void> {
  const get = async <T>(path: string): Promise<T> => (await fetch(address + path)).json() as Promise<T>;
  const { columns } = await get<{ columns: unknown[] }>('/api/contracts/tweets');
  await page.goto(`${address}/contracts/tweets`);
  await page.getByRole('heading', { name: `${columns.length} fields` }).waitFor({ timeout: 20_000 });

  const before = await get<{ count: number }>('/api/dead-letters');
  await page.goto(`${address}/dead-letters`);
  await page.waitForSelector('.lead, .empty:not(:text("Loading"))', { timeout: 20_000 });
  const lead = await page
    .locator('.lead')
    .first()
    .textContent({ timeout: 5_000 })
    .catch(() => '0 dead letters');
  const after = await get<{ count: number }>('/api/dead-letters');
  const shown = Number(/^[\d,]+/.exec(lead ?? '')?.[0].replaceAll(',', ''));
  if (!(shown >= before.count && shown <= after.count))
    found.shortfalls.push(`the page shows ${shown} dead letters, the server ${before.count} to ${after.count}`);

  const { deliveries } = await get<{ deliveries: { app: string; topic: string }[] }>('/api/overview');
  await page.goto(`${address}/freshness`);
  await page.waitForSelector('table tbody tr', { timeout: 20_000 });
  await page.waitForTimeout(3_000);
  const rows = await page.locator('table tbody tr').count();
  found.counted.push(['deliveries on the page', rows]);
  if (rows < deliveries.length) found.shortfalls.push(`the page shows ${rows} deliveries of ${deliveries.length}`);
}

/** The server's CPU with one viewer of the flow, and its memory at any time. */
async function measure(page: Page, address: string, found: Findings, { say, signal }: Step): Promise<void> {
  const pid = processOf('dist/dashboard/main.mjs');
  await page.goto(`${address}/flow`);
  await page.waitForSelector('.flow-picture .edge');
  say(`measuring the server for ${measuredSeconds} s with one viewer`);
  const percent = await corePercent(pid, measuredSeconds, signal);
  const bytes = peakBytes(pid);
  found.counted.push(['CPU with one viewer, % of a core', percent.toFixed(2)]);
  found.counted.push(['peak memory, MB', Math.round(bytes / 1024 / 1024)]);
  if (percent >= mostPercent) found.shortfalls.push(`the server takes ${percent.toFixed(2)} % of a core`);
  if (bytes >= mostBytes) found.shortfalls.push(`the server takes ${Math.round(bytes / 1024 / 1024)} MB`);
}

/** A server that hangs is named on the page, and so is what it makes late. */
async function hangElasticsearch(page: Page, found: Findings, { say, signal }: Step): Promise<void> {
  const pid = processOf('org.elasticsearch.bootstrap.Elasticsearch', 'org.elasticsearch.server');
  say('stopping Elasticsearch');
  process.kill(pid, 'SIGSTOP');
  const stoppedMs = performance.now();
  try {
    await page.getByText(/Elasticsearch at \S+ unreachable since/).waitFor({ timeout: 60_000 });
    const seconds = (performance.now() - stoppedMs) / 1000;
    found.counted.push(['seconds until the page names Elasticsearch', seconds.toFixed(1)]);
    if (seconds > noticedWithinSeconds)
      found.shortfalls.push(`the page named Elasticsearch only after ${seconds.toFixed(1)} s`);
    await page.getByRole('link', { name: 'Freshness' }).click();
    await page
      .getByText(/\d+ s old: Elasticsearch unreachable since/)
      .first()
      .waitFor({ timeout: 60_000 });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  signal.throwIfAborted();
  await page.getByText(/Elasticsearch at \S+ unreachable since/).waitFor({ state: 'detached', timeout: 60_000 });
}

/** The process of this checkout whose command line has one of the texts. */
function processOf(...texts: string[]): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (line.includes(root) && texts.some((text) => line.includes(text))) return Number(pid);
    } catch {
      // It has just ended.
    }
  }
  throw new Error(`no process of this checkout has ${texts[0]} in its command line`);
}
