import { styleText } from 'node:util';
import type { Paint } from './paint.ts';
import { screenLines, type Shown } from './screen-lines.ts';
import type { StartOutput } from './start-output.ts';

const alternateScreen = { enter: '\x1b[?1049h\x1b[?25l', leave: '\x1b[?25h\x1b[?1049l' };
const home = '\x1b[H';
const clearLine = '\x1b[K';
const clearBelow = '\x1b[J';

/**
 * One screen that is redrawn in place, on the terminal's alternate screen: nothing scrolls, and the terminal's earlier contents come back
 * however the process ends, except by SIGKILL.
 */
export function terminalScreen(stream: NodeJS.WriteStream): StartOutput {
  let shown: Shown | undefined;
  let isOpen = false;
  const paint: Paint = (style, text) => styleText(style, text, { stream });

  const draw = () => {
    if (shown === undefined || !isOpen) return;
    const { columns = 80, rows = 24 } = stream;
    const lines = screenLines(shown, { columns, rows }, paint);
    // A line is cleared before it is written. After a full line the cursor is still on its last column, and would clear that.
    stream.write(
      home + lines.map((line) => clearLine + line).join('\r\n') + (lines.length < rows ? `\r\n${clearBelow}` : ''),
    );
  };
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    stream.write(alternateScreen.enter);
    draw();
  };
  const close = () => {
    if (isOpen) stream.write(alternateScreen.leave);
    isOpen = false;
  };
  // Ctrl-Z gives the shell its screen back, and `fg` restores this one.
  const suspend = () => {
    close();
    process.kill(process.pid, 'SIGSTOP');
  };
  const end = () => {
    close();
    process.off('exit', close).off('SIGTSTP', suspend).off('SIGCONT', open);
    stream.off('resize', draw);
  };
  process.on('exit', close).on('SIGTSTP', suspend).on('SIGCONT', open);
  stream.on('resize', draw);
  return {
    show(next) {
      shown = next;
      open();
      draw();
    },
    notice() {},
    end,
  };
}
