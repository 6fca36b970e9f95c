import { appendFile } from 'node:fs/promises';
import { repeat, type Load } from './repeat.ts';

/** Appends a line, the JSON of a video event, to a file twice a second, until stopped. */
export function growingFile(file: string, signal: AbortSignal): Load {
  const addLine = async (line: number): Promise<void> => {
    const id = `grown-${line}`;
    const event = { event_id: id, board_id: id, playtime: 1, timestamp: new Date(), user_id: 'user', interest: 'news' };
    await appendFile(file, `${JSON.stringify(event)}\n`);
  };
  return repeat(500, addLine, signal);
}
