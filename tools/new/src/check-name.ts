import type { Tree } from '@nx/devkit';

const wordsJoined = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const longest = 30;

/** @throws Error, one sentence, when a new app or package cannot have this name */
export function checkName(tree: Tree, name: string): void {
  if (!wordsJoined.test(name) || name.length > longest)
    throw new Error(
      `${JSON.stringify(name)} cannot be a name: take lower case words joined by -, of at most ${longest} characters, such as my-store.`,
    );
  const folders = ['apps/sources', 'apps/processors', 'apps/sinks', 'apps/ops', 'libs', 'tests', 'tools'];
  const taken = [...folders.map((folder) => `${folder}/${name}`), `libs/connectors/${name}`].find((folder) =>
    tree.exists(folder),
  );
  if (taken !== undefined) throw new Error(`${taken} exists: choose another name than ${name}.`);
}
