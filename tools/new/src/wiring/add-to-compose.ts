import type { Tree } from '@nx/devkit';
import type { AppKind } from '../app-kind.ts';
import { nameForms, renameText } from '../rename.ts';

const path = 'infra/compose/apps.yml';

/** Adds the service of a new app to the compose file: that of its template, in a profile of its own. */
export function addToCompose(tree: Tree, kind: AppKind, name: string): void {
  const text = tree.read(path, 'utf-8') ?? '';
  tree.write(path, withService(text, kind, name));
}

/** @throws Error where the template has no service */
function withService(text: string, { kind, template }: Pick<AppKind, 'kind' | 'template'>, name: string): string {
  const lines = text.trimEnd().split('\n');
  const begin = lines.indexOf(`  ${template}-${kind}:`);
  if (begin < 0) throw new Error(`${path} has no service ${template}-${kind} to copy`);
  const after = lines.findIndex((line, at) => at > begin && !line.startsWith('    '));
  const end = after < 0 ? lines.length : after;
  const settings = lines.slice(begin + 1, end).filter((line) => !/^ {4}profiles:/.test(line));
  const [base = '', ...rest] = settings;
  const service = [
    `  # Runs where it is asked for: \`docker compose --profile ${name} up\`.`,
    `  ${name}-${kind}:`,
    base,
    `    profiles: [${name}]`,
    ...rest.map((line) => renameText(line, nameForms(template), nameForms(name))),
  ];
  return `${[...lines.slice(0, end), '', ...service, ...lines.slice(end)].join('\n')}\n`;
}
