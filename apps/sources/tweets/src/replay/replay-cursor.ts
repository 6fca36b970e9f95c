import { objectOf, textOf, wholeOf } from '../tweet/json-fields.ts';

/** Behind which line of which file a replay is. */
export interface ReplayPosition {
  /** What is replayed: another path begins again. */
  path: string;
  file: string;
  /** In the decompressed bytes; null behind the end of the file. */
  position: number | null;
}

export const writeReplayCursor = (position: ReplayPosition): string => JSON.stringify({ kind: 'replay', ...position });

/** @returns undefined where the cursor is not of a replay of this path */
export function readReplayCursor(text: string | undefined, path: string): ReplayPosition | undefined {
  const value = objectOf(text === undefined ? undefined : JSON.parse(text));
  const file = textOf(value['file']);
  if (value['kind'] !== 'replay' || value['path'] !== path || file === null) return undefined;
  return { path, file, position: wholeOf(value['position']) };
}
