import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodes } from '@sluice/telemetry';
import { tableLines } from '@sluice/terminal';
import { UserError } from '../user-error.ts';
import { workspaceRoot } from '../workspace-root.ts';

const folders = ['docs/runbooks/errors', 'docs/runbooks'];

/** Prints the page of a code, or all codes. @throws UserError when there is no such page */
export async function explain(code: string | undefined, json: boolean): Promise<void> {
  const { stdout } = process;
  if (code === undefined) {
    const codes = Object.entries(errorCodes);
    const lines = json
      ? [JSON.stringify(codes.map(([name, says]) => ({ code: name, says })))]
      : tableLines(['code', 'what it says'], codes, stdout, 2);
    return void stdout.write(`${lines.join('\n')}\n`);
  }
  const pages = (await Promise.all(folders.map(pagesIn))).flat();
  const page = pages.find(({ name }) => name === code.toLowerCase());
  if (page === undefined)
    throw new UserError(`There is no page for ${code}; there are ${pages.map(({ name }) => name).join(', ')}.`);
  const text = await readFile(join(workspaceRoot, page.path), 'utf8');
  stdout.write(json ? `${JSON.stringify({ code: page.name, page: page.path, text })}\n` : text);
}

async function pagesIn(folder: string): Promise<{ name: string; path: string }[]> {
  const files = await readdir(join(workspaceRoot, folder)).catch(() => []);
  return files
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => ({ name: file.slice(0, -3), path: join(folder, file) }));
}
