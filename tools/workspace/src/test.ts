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
  /** @returns also what it has printed, if that is to be shown now that it has ended */
  run(): Promise<Count & { printed?: string }>;
}

const root = resolve(import.meta.dirname, '../../..');
const results = mkdtempSync(join(tmpdir(), 'sluice-test-'));
const children = new Set<ReturnType<typeof spawn>>();
let interrupted = false;

/** @param print takes what it prints; without it, the terminal does, at once */
function execute(command: string, args: readonly string[], print?: (text: string) => void): Promise<number> {
  return new Promise((done) => {
    const output = print === undefined ? 'inherit' : 'pipe';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', output, output] });
    children.add(child);
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', print ?? (() => {}));
    child.on('close', (code) => {
      children.delete(child);
      done(code ?? 1);
    });
  });
}

/** A check that passes or fails as a whole. */
const check = (name: string, command: string, ...args: string[]): Part => ({
  name,
  async run() {
    let printed = '';
    const code = await execute(command, args, (text) => (printed += text));
    return code === 0 ? { passed: 1, failed: 0, printed } : { passed: 0, failed: 1, printed };
  },
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

/** Most of them use one core: two run at a time, the longest first. */
const checks: readonly Part[] = [
  check('lint', 'npm', 'run', '--silent', 'lint'),
  check('generated', process.execPath, 'tools/workspace/src/generate/generate.ts', '--check'),
  check('format', 'npm', 'run', '--silent', 'format:check'),
  check('typecheck', 'npm', 'run', '--silent', 'typecheck'),
  check('house', process.execPath, 'tools/workspace/src/house/house.ts'),
];
/** They use the whole machine: one at a time. */
const suites: readonly Part[] = [vitest('unit'), vitest('int'), vitest('e2e')];
const parts = [...checks, ...suites];

const chosen = process.argv.slice(2);
const isChosen = ({ name }: Part) => chosen.length === 0 || chosen.includes(name);
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
    for (const child of children) child.kill(signal);
  });
}

const total: Count = { passed: 0, failed: 0 };
const remaining = {
  checks: checks.filter(isChosen),
  suites: suites.filter(isChosen),
};
await Promise.all([runAll(remaining.checks), runAll(remaining.checks)]);
await runAll(remaining.suites);
rmSync(results, { recursive: true, force: true });
if (interrupted) console.log('Interrupted.');
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || interrupted ? 1 : 0);

/** Takes one part after the other from the list until it is empty. */
async function runAll(waiting: Part[]): Promise<void> {
  for (let part = waiting.shift(); part !== undefined && !interrupted; part = waiting.shift()) {
    const startedMs = performance.now();
    if (suites.includes(part)) console.log(`\n── ${part.name}`);
    const { passed, failed, printed } = await part.run();
    total.passed += passed;
    total.failed += failed;
    if (printed !== undefined) process.stdout.write(`\n── ${part.name}\n${printed}`);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    console.log(`── ${part.name}: ${passed} passed, ${failed} failed, ${seconds} s`);
  }
}
