import type { Tree } from '@nx/devkit';
import type { AppKind } from '../app-kind.ts';

const path = 'infra/kafka/acls.yaml';

/** Adds the rights of a new app in Kafka: those of its template, with its name. */
export function addToAccessRights(
  tree: Tree,
  { folder, template }: Pick<AppKind, 'folder' | 'template'>,
  name: string,
): void {
  const role = folder.replace(/^apps\//, '');
  const text = tree.read(path, 'utf-8') ?? '';
  const rights = new RegExp(`^${role}/${template}:\n(?: .*\n)+`, 'm').exec(text)?.[0];
  if (rights === undefined) throw new Error(`${path} has no rights of ${role}/${template} to copy`);
  tree.write(
    path,
    text.replace(rights, (own) => own + own.replaceAll(template, name)),
  );
}
