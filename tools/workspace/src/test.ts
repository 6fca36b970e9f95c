// `npm test`: everything that must hold, in the order of how soon it fails. Ends with `N passed, N failed` alone on a line; the
// exit code is 0 only when nothing failed. `npm test -- NAME …` runs only the named parts.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Count {
  passed: number;
  failed: number;
}

interface Part {
  name: string;
  run(): Promise<Count>;
}

const root = resolve(import.meta.dirname, '../../..');
const results = mkdtempSync(join(tmpdir(), 'sluice-test-'));
let child: ReturnType<typeof spawn> | undefined;
let interrupted = false;

function execute(command: string, args: readonly string[]): Promise<number> {
  return new Promise((done) => {
    child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('exit', (code) => done(code ?? 1));
  });
}

/** A check that passes or fails as a whole. */
const check = (name: string, command: string, ...args: string[]): Part => ({
  name,
  run: async () => ((await execute(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
});

/** A Vitest project: the counts are its own, from its report. */
const vitest = (project: string): Part => ({
  name: project,
  async run() {
    const report = join(results, `${project}.json`);
    const code = await execute('vitest', [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]);
    try {
      const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8')) as {
        numPassedTests: number;
        numFailedTests: number;
      };
      // A file that cannot be loaded fails without a test of its own.
      return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
    } catch {
      return { passed: 0, failed: 1 };
    }
  },
});

const parts: readonly Part[] = [
  check('generated', process.execPath, 'tools/workspace/src/generate/generate.ts', '--check'),
  check('format', 'npm', 'run', '--silent', 'format:check'),
  check('typecheck', 'npm', 'run', '--silent', 'typecheck'),
  check('lint', 'npm', 'run', '--silent', 'lint'),
  check('house', process.execPath, 'tools/workspace/src/house/house.ts'),
  vitest('unit'),
  vitest('int'),
  vitest('e2e'),
];

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !parts.some((part) => part.name === name));
if (unknown !== undefined) {
  console.error(
    `There is no part ${JSON.stringify(unknown)}; choose from ${parts.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    child?.kill(signal);
  });
}

const total: Count = { passed: 0, failed: 0 };
for (const part of parts.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  if (interrupted) break;
  const startedMs = performance.now();
  console.log(`\n── ${part.name}`);
  const count = await part.run();
  total.passed += count.passed;
  total.failed += count.failed;
  console.log(
    `── ${part.name}: ${count.passed} passed, ${count.failed} failed, ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
  );
}
rmSync(results, { recursive: true, force: true });
if (interrupted) console.log('Interrupted.');
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || interrupted ? 1 : 0);
