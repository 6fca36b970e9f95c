import type { RememberedLog } from './remembered-log.ts';

/** How many logs without a file are remembered: one of them may come back compressed, or under another name. */
const goneLogs = 200;

/** All remembered logs, the latest changed last. Immutable: `with` returns another. */
export interface LogMemory {
  get(id: string): RememberedLog | undefined;
  has(id: string): boolean;
  logs(): RememberedLog[];
  with(log: RememberedLog): LogMemory;
  /** Without the logs that have been gone for longest, where there are too many. */
  without(isGone: (log: RememberedLog) => boolean): LogMemory;
  /** The memory as text, with one log replaced. 160 bytes a log. */
  cursor(log: RememberedLog): string;
}

/**
 * @param cursor a text that `cursor` returned, or undefined where nothing has been read
 * @throws Error when it is another text
 */
export const logMemory = (cursor: string | undefined): LogMemory =>
  memoryOf(new Map(cursor === undefined ? [] : parse(cursor).map((log) => [log.id, log])), new Map());

/** How many changes are kept apart from the other logs: copying thousands of logs for each change would take most of the time. */
const mostChanges = 64;

type Logs = ReadonlyMap<string, RememberedLog>;

/** @param changes newer than those in `base`, the newest last */
function memoryOf(base: Logs, changes: Logs): LogMemory {
  const logs = () => [...[...base.values()].filter(({ id }) => !changes.has(id)), ...changes.values()];
  return {
    get: (id) => changes.get(id) ?? base.get(id),
    has: (id) => changes.has(id) || base.has(id),
    logs,
    with(log) {
      const next = new Map(changes);
      next.delete(log.id);
      next.set(log.id, log);
      if (next.size <= mostChanges) return memoryOf(base, next);
      return memoryOf(mapOf([...[...base.values()].filter(({ id }) => !next.has(id)), ...next.values()]), new Map());
    },
    without(isGone) {
      const gone = logs().filter(isGone);
      if (gone.length <= goneLogs) return this;
      const forgotten = new Set(gone.slice(0, gone.length - goneLogs));
      return memoryOf(mapOf(logs().filter((log) => !forgotten.has(log))), new Map());
    },
    cursor(log) {
      const others = logs().filter(({ id }) => id !== log.id);
      return `{"version":1,"logs":[${[...others, log].map(textOf).join(',')}]}`;
    },
  };
}

const mapOf = (logs: readonly RememberedLog[]): Logs => new Map(logs.map((log) => [log.id, log]));

/** A log's text is the same in every cursor until the log changes. */
const texts = new WeakMap<RememberedLog, string>();

function textOf(log: RememberedLog): string {
  let text = texts.get(log);
  if (text === undefined) {
    const { id, inode, head, position, tail, ended } = log;
    text = JSON.stringify([id, inode, head.length, head.print, head.steps, position, tail, ended ? 1 : 0]);
    texts.set(log, text);
  }
  return text;
}

function parse(cursor: string): RememberedLog[] {
  const stored: unknown = JSON.parse(cursor);
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1)
    throw new Error('the stored cursor is not one of this source: it has no version 1');
  if (!('logs' in stored) || !Array.isArray(stored.logs)) throw new Error('the stored cursor lists no logs');
  return stored.logs.map((entry: unknown) => {
    const [id, inode, length, print, steps, position, tail, ended]: unknown[] = Array.isArray(entry) ? entry : [];
    if (
      typeof id !== 'string' ||
      typeof inode !== 'string' ||
      typeof length !== 'number' ||
      typeof print !== 'string' ||
      typeof steps !== 'string' ||
      typeof position !== 'number' ||
      typeof tail !== 'string'
    )
      throw new Error('the stored cursor has a log that cannot be read');
    return { id, inode, head: { length, print, steps }, position, tail, ended: ended === 1 };
  });
}
