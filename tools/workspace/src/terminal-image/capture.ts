// Writes a picture of what a command shows on a terminal, as for the README:
// node tools/workspace/src/terminal-image/capture.ts --seconds 120 --to docs/images/start.svg -- npm start
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import xterm from '@xterm/headless';
import { terminalImage } from './terminal-image.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    cols: { type: 'string', default: '110' },
    rows: { type: 'string', default: '32' },
    to: { type: 'string' },
  },
});
const { to } = values;
if (to === undefined || positionals.length === 0) {
  console.error('usage: capture.ts [--seconds 60] [--cols 110] [--rows 32] --to FILE.svg -- COMMAND …');
  process.exit(2);
}
const [cols, rows] = [Number(values.cols), Number(values.rows)];
const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });

// script(1) gives the command a terminal, and passes Ctrl-C on to it.
const command = `stty cols ${cols} rows ${rows}; exec ${positionals.join(' ')}`;
const child = spawn('script', ['-qfec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
child.stdout.on('data', (bytes: Buffer) => terminal.write(bytes));
await Promise.race([delay(Number(values.seconds) * 1000), once(child, 'exit')]);
await new Promise<void>((resolve) => terminal.write('', resolve));
await writeFile(to, terminalImage(terminal));
if (child.exitCode === null) {
  child.stdin.write('\u0003');
  await once(child, 'exit');
}
