import { chownSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { giveTo, takeBack } from './ownership.ts';

const user = { uid: 9200, gid: 9200 };
const ownerOf = (path: string): number => statSync(path).uid;

/** The data folder of a server that runs as another user, next to a folder of root's. */
function makeFolders() {
  const folder = mkdtempSync(join(tmpdir(), 'ownership-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [data, secret] = [join(folder, 'data'), join(folder, 'secret')];
  mkdirSync(join(data, 'config'), { recursive: true });
  mkdirSync(secret);
  writeFileSync(join(secret, 'shadow'), 'root only');
  writeFileSync(join(data, 'config', 'users'), '');
  for (const path of [data, join(data, 'config'), join(data, 'config/users')]) chownSync(path, user.uid, user.gid);
  return { data, secret };
}

// Only root can change owners.
describe.runIf(process.getuid?.() === 0)('as root', () => {
  test('a folder is taken back, and given again with its contents', async () => {
    const { data } = makeFolders();
    await takeBack(user, data);
    expect([data, join(data, 'config')].map(ownerOf)).toEqual([0, 0]);
    writeFileSync(join(data, 'config', 'jvm.options'), '');
    await giveTo(user, data);
    const all = [data, join(data, 'config'), join(data, 'config/users'), join(data, 'config/jvm.options')];
    expect(all.map(ownerOf)).toEqual(all.map(() => user.uid));
  });

  test.each([
    ['a link to a folder in place of a folder', 'config', 'secret'],
    ['a link to a file in place of the log', 'server.log', 'shadow'],
    ['a link deep below', 'config/nested', 'secret'],
    ['a link to nothing, which writing would create', 'elasticsearch.pid', 'absent'],
  ])('%s is refused by its name, and nothing behind it changes', async (_, at, target) => {
    const { data, secret } = makeFolders();
    rmSync(join(data, at), { recursive: true, force: true });
    symlinkSync(target === 'secret' ? secret : join(secret, target), join(data, at));
    await expect(takeBack(user, data)).rejects.toThrow(`${join(data, at)} is a symbolic link`);
    expect([secret, join(secret, 'shadow')].map(ownerOf)).toEqual([0, 0]);
  });

  test('a data folder that is itself a link is refused', async () => {
    const { data, secret } = makeFolders();
    rmSync(data, { recursive: true });
    symlinkSync(secret, data);
    await expect(takeBack(user, data)).rejects.toThrow('is a symbolic link');
    expect(ownerOf(secret)).toBe(0);
  });

  test('a hard link to a file of root is refused, one between files of the user is not', async () => {
    const { data, secret } = makeFolders();
    linkSync(join(data, 'config/users'), join(data, 'users'));
    await takeBack(user, data);
    linkSync(join(secret, 'shadow'), join(data, 'shadow'));
    await expect(takeBack(user, data)).rejects.toThrow('a hard link to a file of another user');
    expect(ownerOf(join(secret, 'shadow'))).toBe(0);
  });

  test('giving does not follow links', async () => {
    const { data, secret } = makeFolders();
    symlinkSync(secret, join(data, 'link'));
    await giveTo(user, data);
    expect([secret, join(secret, 'shadow')].map(ownerOf)).toEqual([0, 0]);
  });
});
