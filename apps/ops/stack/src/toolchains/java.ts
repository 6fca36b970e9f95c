import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../user-error.ts';
import { isExecutable, onPath, outputOf } from './executable.ts';

/** What a server needs of Java. */
export interface JavaNeed {
  /** The server that needs it, for the error message. */
  server: string;
  majorVersion: number;
  /** A module that only a full JDK has. */
  module?: string;
  /** The user who will run it, if not the present one. */
  user?: { uid: number; gid: number };
}

/** The major version in the output of `java -version`: 17 of `openjdk version "17.0.15"`, 8 of `"1.8.0_402"`. */
export function parseJavaVersion(printed: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(printed);
  return match ? Number(match[1]) : undefined;
}

/** The home of a suitable Java: `JAVA_HOME`, PATH, then `/usr/lib/jvm`. @throws UserError if there is none */
export async function findJava(need: JavaNeed): Promise<string> {
  for (const home of javaHomes()) if (await suits(home, need)) return home;
  const what = need.module
    ? `a full JDK of version ${need.majorVersion} or newer`
    : `Java ${need.majorVersion} or newer`;
  throw new UserError(`${need.server} needs ${what}, but none was found. Install one, or set JAVA_HOME to it.`);
}

function javaHomes(): string[] {
  const binaries: string[] = [];
  if (process.env.JAVA_HOME) binaries.push(join(process.env.JAVA_HOME, 'bin/java'));
  const first = onPath('java');
  if (first) binaries.push(first);
  for (const name of listed('/usr/lib/jvm')) binaries.push(join('/usr/lib/jvm', name, 'bin/java'));
  return [...new Set(binaries.filter(isExecutable).map((binary) => dirname(dirname(realpathSync(binary)))))];
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

async function suits(home: string, need: JavaNeed): Promise<boolean> {
  const java = join(home, 'bin/java');
  const printed = await outputOf(java, ['-version'], need.user);
  if (printed === undefined || (parseJavaVersion(printed) ?? 0) < need.majorVersion) return false;
  if (!need.module) return true;
  const modules = await outputOf(java, ['--list-modules']);
  return modules?.split('\n').some((line) => line.startsWith(`${need.module}@`)) ?? false;
}
