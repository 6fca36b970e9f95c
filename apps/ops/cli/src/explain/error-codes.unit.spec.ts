import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes } from '@sluice/telemetry';
import { describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace-root.ts';

const folder = join(workspaceRoot, 'docs/runbooks/errors');
const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
const codes = Object.entries(errorCodes);

/** The sources of libraries and apps without their tests. */
const sources = ['libs', 'apps']
  .flatMap((root) =>
    readdirSync(join(workspaceRoot, root), { recursive: true, encoding: 'utf8' }).map((file) => join(root, file)),
  )
  .filter((file) => /(^|\/)src\/.*\.ts$/.test(file))
  .filter((file) => !/node_modules|\.spec\.ts$|\/testing\/|error-codes\.ts$|\.d\.ts$/.test(file))
  .map((file) => readFileSync(join(workspaceRoot, file), 'utf8'));

describe('error codes and their pages', () => {
  it('each code has a page, and each page is of a code', () => {
    expect(pages.sort()).toEqual(codes.map(([code]) => code).sort());
  });

  it.each(codes)('the page of %s says what the code says, and what to do', (code, sentence) => {
    const text = readFileSync(join(folder, `${code}.md`), 'utf8');
    expect(text.startsWith(`# ${code}\n\n`)).toBe(true);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(sentence);
    expect(text).toMatch(/\n## What to do\n\n\S/);
  });

  it.each(codes)('%s is used by a library or an app', (code) => {
    expect(sources.some((text) => text.includes(`'${code}'`))).toBe(true);
  });

  it('each code and error class in the sources is a code', () => {
    const used = sources.flatMap((text) => [
      ...[...text.matchAll(/coded\('([\w-]+)'\)/g)].map(([, code]) => code),
      ...[...text.matchAll(/errorClass: '([\w-]+)'/g)].map(([, code]) => code),
      ...[...text.matchAll(/errorClass = '([\w-]+)'/g)].map(([, code]) => code),
    ]);
    expect(used.length).toBeGreaterThan(15);
    expect([...new Set(used)].filter((code) => !Object.hasOwn(errorCodes, code ?? ''))).toEqual([]);
  });

  it('links between pages lead to pages', () => {
    for (const page of pages) {
      const links = [...readFileSync(join(folder, `${page}.md`), 'utf8').matchAll(/\]\(([\w-]+)\.md\)/g)];
      for (const [, to] of links) expect(pages, `${page} links ${to}`).toContain(to);
    }
  });
});
