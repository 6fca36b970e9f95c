import { UserError } from '../user-error.ts';
import { onPath } from './executable.ts';

const tools = { mvn: 'Maven', go: 'Go' } as const;

/** The path of a tool that installs a server. @throws UserError where it is missing */
export function findTool(server: string, program: keyof typeof tools): string {
  const path = onPath(program);
  if (path === undefined)
    throw new UserError(`${server} needs ${tools[program]} for its installation, but ${program} is not on PATH.`);
  return path;
}
