import { readFile } from 'node:fs/promises';
import { eventually } from '@sluice/testkit';

/** Where x-simulator serves, as its log says, once it does. */
export const addressIn = (logFile: string): Promise<string> =>
  eventually(async () => {
    const url = /"url":"(https:[^"]+)"/.exec(await readFile(logFile, 'utf8'))?.[1];
    if (url === undefined) throw new Error('x-simulator does not serve yet');
    return url;
  });
