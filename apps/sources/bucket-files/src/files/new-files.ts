import { posix } from 'node:path';
import type { FileNotifications, FileStore, FoundFile } from '@sluice/objects';
import { pause } from '@sluice/telemetry';
import type { DoneFiles } from './done-files.ts';

/** A file to read. */
export interface NewFile {
  file: FoundFile;
  /** Called when its lines are in Kafka, or it is known that it has been read before. */
  handled?: () => void;
}

export interface Search {
  store: FileStore;
  prefix: string;
  /** Which names are meant, below the prefix; undefined for all. */
  match: string | undefined;
  done: DoneFiles;
  refreshMs: number;
  /** Whether to end after one listing. */
  isOnce: boolean;
  notifications: FileNotifications | undefined;
  signal: AbortSignal;
}

/**
 * The files that have not been read yet, the oldest first, as they come: by a listing at the start and every `refreshMs`, and in between by
 * notifications. One that a listing has shown may come in a notification as well: whether it has been read is asked when it is its turn.
 */
export async function* newFiles(search: Search): AsyncGenerator<NewFile> {
  const { store, prefix, match, done, refreshMs, isOnce, notifications, signal } = search;
  const isMeant = ({ name, bytes }: FoundFile): boolean =>
    name.startsWith(prefix) &&
    // The consoles of object stores make empty objects that stand for folders.
    !(bytes === 0 && name.endsWith('/')) &&
    (match === undefined || posix.matchesGlob(name.slice(prefix.length).replace(/^\//, ''), match));

  while (!signal.aborted) {
    const listed: FoundFile[] = [];
    for await (const file of store.list(prefix, signal)) if (isMeant(file) && !done.has(file)) listed.push(file);
    listed.sort((a, b) => a.createdMs - b.createdMs || (a.name < b.name ? -1 : 1));
    const endMs = performance.now() + refreshMs;
    for (const file of listed) if (!done.has(file)) yield { file };
    if (isOnce) return;
    if (notifications === undefined) {
      await pause(Math.max(0, endMs - performance.now()), signal);
      continue;
    }
    while (!signal.aborted && performance.now() < endMs) {
      for (const { name, handled } of await notifications.receive(signal)) {
        const file = await store.find(name, signal);
        if (file === undefined || !isMeant(file) || done.has(file)) handled();
        else yield { file, handled };
      }
    }
  }
}
