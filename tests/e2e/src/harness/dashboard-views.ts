import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, pageErrors } from './browser.ts';

/** A view of the page, and what must be on it once its data has come. */
interface View {
  name: string;
  path: string;
  /** A selector of what shows data. */
  data: string;
}

const views: readonly View[] = [
  { name: 'flow', path: '/flow', data: '.flow-picture .edge, table tbody tr' },
  { name: 'freshness', path: '/freshness', data: 'table tbody tr' },
  { name: 'where', path: '/where', data: '#where' },
  { name: 'records', path: '/records/host-metrics', data: '.records li' },
  { name: 'tweets', path: '/data/tweets', data: '.chart canvas' },
  { name: 'host-metrics', path: '/data/host-metrics', data: '.chart canvas' },
  { name: 'devices', path: '/data/iot-events', data: '.chart canvas' },
  { name: 'plays', path: '/data/video-events', data: '.chart canvas' },
  { name: 'dead-letters', path: '/dead-letters', data: '.causes li, .empty' },
  { name: 'audit', path: '/audit', data: '.start' },
  { name: 'loads', path: '/loads', data: 'table tbody tr, .empty' },
  { name: 'contracts', path: '/contracts/tweets', data: 'table tbody tr' },
];

const sizes = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 834, height: 1112 },
  { name: 'desktop', width: 1440, height: 900 },
] as const;
const patienceMs = 30_000;

/**
 * Opens every view at three widths, in dark and light, and takes a picture of each.
 *
 * @returns what is wrong, a sentence each, and how many pictures there are
 */
export async function lookAtViews(options: {
  browser: Browser;
  address: string;
  folder: string;
  say: (line: string) => void;
  signal: AbortSignal;
}): Promise<{ faults: string[]; pictures: number }> {
  const { browser, address, folder, say, signal } = options;
  const faults = new Set<string>();
  let pictures = 0;
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { name: size, ...viewport } of sizes) {
      say(`looking at ${views.length} views, ${size}, ${colorScheme}`);
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const errors = pageErrors(page);
      for (const view of views) {
        signal.throwIfAborted();
        for (const fault of await lookAt(page, address, view))
          faults.add(`${view.name}, ${size}, ${colorScheme}: ${fault}`);
        await page.screenshot({ path: join(folder, `${view.name}-${size}-${colorScheme}.png`) });
        pictures++;
        for (const error of errors.splice(0)) faults.add(`${view.name}, ${size}, ${colorScheme}: ${error}`);
      }
      await context.close();
    }
  }
  return { faults: [...faults], pictures };
}

async function lookAt(page: Page, address: string, { path, data }: View): Promise<string[]> {
  await page.goto(address + path);
  const isShown = await page
    .waitForSelector(data, { timeout: patienceMs, state: 'attached' })
    .then(() => true)
    .catch(() => false);
  if (!isShown) return [`there is no ${data} within ${patienceMs / 1000} s`];
  const excess = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  const isTooWide = excess > 1;
  return [...(isTooWide ? ['the page is wider than the window'] : []), ...(await accessibilityFaults(page))];
}
