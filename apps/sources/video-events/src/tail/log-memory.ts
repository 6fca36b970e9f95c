import type { RememberedLog } from './remembered-log.ts';

/** Logs that no file carries any more, and that are still remembered: one of them may come back compressed, or under another name. */
const goneLogs = 200;

/** All logs that are remembered, the one that changed last at the end. Never changes: `with` gives another. */
export interface LogMemory {
  readonly logs: ReadonlyMap<string, RememberedLog>;
  with(log: RememberedLog): LogMemory;
  /** Without the logs that have been gone for longest, where there are too many. */
  without(isGone: (log: RememberedLog) => boolean): LogMemory;
  /** The memory as text, with one log as it will be. 160 bytes a log. */
  cursor(log: RememberedLog): string;
}

/**
 * @param cursor what `cursor` gave, or undefined where nothing has been read
 * @throws Error when it is no such text
 */
export const logMemory = (cursor: string | undefined): LogMemory =>
  memoryOf(new Map(cursor === undefined ? [] : parse(cursor).map((log) => [log.id, log])));

function memoryOf(logs: ReadonlyMap<string, RememberedLog>): LogMemory {
  let texts: Map<string, string> | undefined;
  return {
    logs,
    with(log) {
      const next = new Map(logs);
      next.delete(log.id);
      return memoryOf(next.set(log.id, log));
    },
    without(isGone) {
      const gone = [...logs.values()].filter(isGone);
      if (gone.length <= goneLogs) return this;
      const next = new Map(logs);
      for (const { id } of gone.slice(0, gone.length - goneLogs)) next.delete(id);
      return memoryOf(next);
    },
    cursor(log) {
      texts ??= new Map([...logs.values()].map((each) => [each.id, textOf(each)]));
      const others = [...texts].filter(([id]) => id !== log.id).map(([, text]) => text);
      return `{"version":1,"logs":[${[...others, textOf(log)].join(',')}]}`;
    },
  };
}

const textOf = ({ id, inode, head, position, tail, ended }: RememberedLog): string =>
  JSON.stringify([id, inode, head.length, head.print, head.steps, position, tail, ended ? 1 : 0]);

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
