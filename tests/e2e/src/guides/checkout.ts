import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../harness/run-command.ts';

/**
 * Makes a checkout of its own of what is in this one, committed or not, so that a guide changes nothing here. Its npm packages are hard
 * links to those of this one.
 *
 * @param folder on the same file system; is created
 */
export function checkout(folder: string): void {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  }).split('\0');
  for (const file of files) {
    if (file === '' || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true });
  }
  execFileSync('cp', ['-al', join(root, 'node_modules'), join(folder, 'node_modules')]);
  // npm writes to this file in place: it must not be the same one.
  const installed = 'node_modules/.package-lock.json';
  copyFileSync(join(root, installed), join(folder, `${installed}.own`));
  execFileSync('mv', ['-f', `${installed}.own`, installed], { cwd: folder });
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '--quiet');
  git('add', '--all');
  git(
    '-c',
    'user.name=guide',
    '-c',
    'user.email=guide@localhost',
    'commit',
    '--quiet',
    '--message',
    'Before the guide',
  );
}
