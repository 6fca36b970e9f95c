import { styleText } from 'node:util';
import type { Paint } from './paint.ts';
import { screenLines, type Shown } from './screen-lines.ts';
import type { StartOutput } from './start-output.ts';

const alternateScreen = { enter: '\x1b[?1049h\x1b[?25l', leave: '\x1b[?25h\x1b[?1049l' };
const home = '\x1b[H';
const clearLine = '\x1b[K';
const clearBelow = '\x1b[J';

/**
 * One screen that is drawn again in its place, on the terminal's alternate screen, so that nothing scrolls and what was there before comes
 * back at the end, however the process ends (but for SIGKILL).
 */
export function terminalScreen(stream: NodeJS.WriteStream): StartOutput {
  let shown: Shown | undefined;
  let isOpen = false;
  const paint: Paint = (style, text) => styleText(style, text, { stream });

  const draw = () => {
    if (shown === undefined || !isOpen) return;
    const { columns = 80, rows = 24 } = stream;
    const lines = screenLines(shown, { columns, rows }, paint);
    // Each line is cleared before it is written: behind its last column the cursor still stands on that.
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
  // Ctrl-Z: the shell gets its screen, and `fg` brings this one back.
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
