// Runs the tool of its arguments and ends it, children included, when standard input ends. The launcher holds the other end
// of that pipe, so a launcher that is killed, which can clean up nothing, takes its downloads with it.
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';

const [program = '', ...args] = process.argv.slice(2);
// Servers that are installed already start at the same time, and go first.
setPriority(10);
const tool = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

function endTool(): void {
  try {
    if (tool.pid !== undefined) process.kill(-tool.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
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
