import type { LogFile } from './files/log-file.ts';
import type { LogReader } from './log-lines.ts';
import type { LogMemory } from './log-memory.ts';
import { comparedTo, fingerprint, firstLinePrint, newLog, tailBytes, type RememberedLog } from './remembered-log.ts';

/** What to do with a file: read its log, look again at the next refresh, or leave it until it changes. */
export type Finding = { then: 'read' | 'leave'; log: RememberedLog } | { then: 'wait' };

/**
 * Finds the log that a file carries.
 *
 * A file carries a log when it begins as the log does and has the same bytes before the log's position. So a renamed file, a copy and
 * a compressed file continue the log where it was left, and an emptied one begins another. Where several files carry one log, it is read
 * from the one that it was read from before, unless another has more.
 *
 * @param readerOf the open reader of a log, by the log's id
 */
export async function findLog(
  file: LogFile,
  memory: LogMemory,
  readerOf: (id: string) => LogReader | undefined,
): Promise<Finding> {
  const { head, inode, isCompressed } = file;
  if (firstLinePrint(head) === undefined) return { then: 'wait' };
  // The strongest evidence first: a long beginning, a late position.
  const candidates = memory
    .logs()
    .filter(comparedTo(head))
    .sort((a, b) => b.head.length - a.head.length || b.position - a.position);
  for (const log of candidates) {
    const reader = readerOf(log.id);
    if (isCompressed && reader !== undefined) return { then: 'wait' };
    if (isCompressed && log.ended && log.inode === inode) return { then: 'leave', log };
    const reach = await reachOf(file, log);
    if (reach === 'other') continue;
    if (reach === 'short') return { then: 'leave', log };
    if (reader === undefined || (reader.then === 'wait' && file.size > reader.file.size)) return { then: 'read', log };
    return { then: 'wait' };
  }
  return { then: 'read', log: newLog(file, (id) => memory.has(id)) };
}

/** Whether a file that begins as a log does has it to its position, is a shorter copy of it, or is another. */
async function reachOf(file: LogFile, log: RememberedLog): Promise<'whole' | 'short' | 'other'> {
  const piece = await file.read(log.position);
  // The same inode means that the file was cut short and written again; another one, that it is a shorter copy.
  if (piece === 'replaced') return file.inode === log.inode ? 'other' : 'short';
  const end = log.position - piece.offset;
  const tail = piece.bytes.subarray(Math.max(0, end - tailBytes), end);
  return fingerprint(tail) === log.tail ? 'whole' : 'other';
}
