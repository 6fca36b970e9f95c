import type { Tree } from '@nx/devkit';
import type { AppKind } from '../app-kind.ts';

/** Names a new app in the README's table of apps, in the list of folders and in the changelog. */
export function addToDocuments(tree: Tree, kind: AppKind, name: string): void {
  change(tree, 'README.md', (text) => withRow(text, kind, name));
  change(tree, 'docs/architecture.md', (text) => withFolder(text, kind, name));
  change(tree, 'CHANGELOG.md', (text) => withAddition(text, kind, name));
}

function change(tree: Tree, path: string, by: (text: string) => string): void {
  const before = tree.read(path, 'utf-8') ?? '';
  const after = by(before);
  if (after === before) throw new Error(`${path} has no place for a new app: see tools/new/src/wiring`);
  tree.write(path, after);
}

const whatOf = { sink: ['Kafka', 'its destination'], source: ['its origin', 'Kafka'], processor: ['Kafka', 'Kafka'] };

/** A row after that of the template. */
function withRow(text: string, { kind, folder, template }: AppKind, name: string): string {
  const [from, to] = whatOf[kind];
  return text.replace(
    new RegExp(`^\\| \\[\`${template}\`\\].*\\n`, 'm'),
    (row) => `${row}| [\`${name}\`](${folder}/${name}/README.md) | ${from} | ${to} |\n`,
  );
}

/** A line among those of the same kind, in the order of names. */
function withFolder(text: string, { kind, folder }: AppKind, name: string): string {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => line.startsWith(`${folder}/ `));
  if (begin < 0) return text;
  const isInside = (line: string | undefined) => line?.startsWith('  ') === true;
  let at = begin + 1;
  while (isInside(lines[at]) && (lines[at] ?? '').trim() < name) at++;
  const [from, to] = whatOf[kind];
  lines.splice(at, 0, `${`  ${name}/`.padEnd(26)}${kind === 'processor' ? 'events → events' : `${from} → ${to}`}`);
  return lines.join('\n');
}

/** The last of the additions that are not released. */
function withAddition(text: string, { kind, folder }: AppKind, name: string): string {
  return text.replace(
    /^### Added\n\n[^]*?\n(?=\n|$)/m,
    (additions) => `${additions}- A ${kind}: [\`${name}\`](${folder}/${name}/README.md).\n`,
  );
}
