import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const knip = join(import.meta.dirname, '../../../../node_modules/knip/bin/knip.js');

type Kind = 'files' | 'exports' | 'types';

/** The report of Knip, as far as it is asked for: https://knip.dev/features/reporters#json */
interface KnipReport {
  issues: ({ file: string } & Record<Kind, { name: string; line?: number }[]>)[];
}

/** What is exported and nowhere imported, tests counted as users, and files that nothing reaches. `knip.json` names the programs. */
export function unusedExports(root: string): string[] {
  const options = ['--include', 'files,exports,types', '--reporter', 'json', '--no-progress', '--no-config-hints'];
  const { stdout, stderr, status } = spawnSync(process.execPath, [knip, ...options], { cwd: root, encoding: 'utf8' });
  // 1 says that there are findings.
  if (status !== 0 && status !== 1) throw new Error(`knip failed: ${stderr || stdout}`);
  return findingsOf(JSON.parse(stdout) as KnipReport);
}

function findingsOf({ issues }: KnipReport): string[] {
  return issues.flatMap(({ file, files, exports, types }) => [
    ...files.map(() => `${file}  is used by no program and no test`),
    ...[...exports, ...types].map(({ name, line }) => `${file}:${line}  export ${name}`),
  ]);
}
