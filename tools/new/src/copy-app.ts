import { visitNotIgnoredFiles, type Tree } from '@nx/devkit';
import type { AppKind } from './app-kind.ts';
import { declareImports, newPackage } from './package-json.ts';
import { nameForms, renameCode, renameText, type NameForms } from './rename.ts';

/** Copies the template of a kind under another name. @returns the new app's folder */
export function copyApp(tree: Tree, { folder, template, own }: AppKind, name: string): string {
  const [from, to] = [nameForms(template), nameForms(name)];
  const [source, target] = [`${folder}/${template}`, `${folder}/${name}`];
  visitNotIgnoredFiles(tree, source, (path) => {
    const file = path.slice(source.length + 1);
    if (own.some((one) => file === one || file.startsWith(`${one}/`))) return;
    copyFile(tree, path, `${target}/${renameText(file, from, to)}`, from, to);
  });
  declareImports(tree, target, newPackage(name, name, ['type:app', 'destination:none', 'no-kafka-client']), source);
  return target;
}

/** A text without what a README says about being the template, and without the table of rights, which is generated. */
const withoutOwn = (text: string): string =>
  text
    .replace(/^It is the smallest [^]*?\n\n/m, '')
    .replace(/(?<=<!-- acls:begin -->\n)[^]*?(?=\n<!-- acls:end -->)/, '');

/** Copies a file with its names changed; a README without what it says about being the template. */
export function copyFile(tree: Tree, path: string, target: string, from: NameForms, to: NameForms): void {
  const text = tree.read(path, 'utf-8') ?? '';
  if (path.endsWith('.ts')) tree.write(target, renameCode(text, from, to));
  else tree.write(target, renameText(withoutOwn(text), from, to));
}
