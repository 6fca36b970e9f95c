import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { parse } from 'yaml';
import { betweenMarkers } from './between-markers.ts';

type Lines = readonly (string | Lines)[];

/** For each app of infra/kafka/acls.yaml: the table of its rights in its README. */
export async function generateAccessRights(): Promise<{ path: string; text: string }[]> {
  const lists = parse(readFileSync('infra/kafka/acls.yaml', 'utf8')) as Record<string, Lines>;
  const apps = Object.entries(lists).filter(([name]) => name.includes('/'));
  return Promise.all(
    apps.map(async ([app, lines]) => {
      const path = join('apps', app, 'README.md');
      const text = betweenMarkers(readFileSync(path, 'utf8'), 'acls', table(flat(lines)), path);
      return { path, text: await format(text, { parser: 'markdown', singleQuote: true, printWidth: 120 }) };
    }),
  );
}

const flat = (lines: Lines): string[] => lines.flatMap((line) => (typeof line === 'string' ? [line] : flat(line)));

/** One row for each operation on each kind of resource. */
function table(lines: readonly string[]): string {
  const rows = new Map<string, string[]>();
  for (const [operation = '', resource = '', ...names] of lines.map((line) => line.split(/\s+/)))
    for (const name of names) {
      const [kind, shown] = [resource.replace('-', ' '), name.replace(/\*$/, '')];
      const right = name.endsWith('*') ? `| ${kind}, prefixed | ${operation}` : `| ${kind} | ${operation}`;
      rows.set(right, [...(rows.get(right) ?? []), `\`${shown}\``]);
    }
  const body = [...rows].map(([right, names]) => `${right} | ${names.join(', ')} |`);
  return ['| resource | operation | names |', '| --- | --- | --- |', ...body].join('\n');
}
