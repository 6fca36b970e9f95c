// Runs the tool in its arguments, and ends it with its children when standard input ends. The launcher holds the other end of that pipe, so
// its downloads end with it even if it is killed.
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';

const [program = '', ...args] = process.argv.slice(2);
// Installed servers start at the same time, and have priority.
setPriority(10);
const tool = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

function endTool(): void {
  try {
    if (tool.pid !== undefined) process.kill(-tool.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, endTool);
process.stdin.resume().on('end', endTool).on('error', endTool);
tool.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
tool.on('exit', (code) => {
  endTool();
  process.exit(code ?? 1);
});
