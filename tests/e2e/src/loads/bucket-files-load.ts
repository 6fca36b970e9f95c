import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repeat, type Load } from './repeat.ts';

const linesPerFile = 10;

/** Puts a CSV file of video events into a folder twice a second, whole at once, until stopped. */
export function bucketFilesLoad(folder: string, signal: AbortSignal): Load {
  const addFile = async (file: number): Promise<void> => {
    const name = `${String(file).padStart(6, '0')}.csv`;
    const time = new Date().toISOString();
    const lines = Array.from({ length: linesPerFile }, (_, line) => `${name}#${line},1,${time},user-${file},news`);
    const unfinished = join(folder, '..', `${name}.new`);
    await writeFile(unfinished, ['board_id,playtime,timestamp,user_id,interest', ...lines, ''].join('\n'));
    await rename(unfinished, join(folder, name));
  };
  return repeat(500, addFile, signal);
}
