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

/** Lets every sink read a new topic and write its dead letters. */
export function addTopicToAccessRights(tree: Tree, topic: string): void {
  const text = tree.read(path, 'utf-8') ?? '';
  const ofSinks = /^deliver-all: &deliver-all\n((?: .*\n)+)/m.exec(text)?.[1];
  if (ofSinks === undefined)
    throw new Error(`${path} has no rights named deliver-all, to which the topic would be added`);
  const withTopic = ofSinks
    .replace(/^( *- READ topic .*)$/m, `$1 ${topic}`)
    .replace(/^( *- WRITE topic .*)$/m, `$1 ${topic}.dlq`);
  tree.write(path, text.replace(ofSinks, withTopic));
}
