import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the Chromium of this machine, without a window. @throws where there is none, with what to install */
export async function startBrowser(): Promise<Browser> {
  const executablePath = [process.env['CHROMIUM'] ?? '', ...places].find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined)
    throw new Error(
      `there is no Chromium at ${places.join(', ')}: install it (Debian: apt-get install chromium), or set CHROMIUM`,
    );
  // Its sandbox needs rights that containers and root do not have. Only our own page is opened.
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
  });
}

interface AxeViolation {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** What axe (https://github.com/dequelabs/axe-core) finds serious or critical on a page, a sentence each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // The page's content security policy forbids scripts within the page, but not those of the browser's own tools.
  await page.evaluate(axe.source);
  const violations = await page.evaluate<AxeViolation[]>('axe.run().then((found) => found.violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help} (${nodes
          .slice(0, 3)
          .map(({ target }) => String(target))
          .join(', ')})`,
    );
}

/** Collects what a page reports as errors: exceptions, console errors, and failed requests. */
export function pageErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.status()} of ${response.url()}`);
  });
  return errors;
}
