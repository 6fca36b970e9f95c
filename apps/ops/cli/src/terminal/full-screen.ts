const alternateScreen = { enter: '\x1b[?1049h\x1b[?25l', leave: '\x1b[?25h\x1b[?1049l' };
const home = '\x1b[H';
const clearLine = '\x1b[K';
const clearBelow = '\x1b[J';

/** One screen that is redrawn in place. */
export interface FullScreen {
  draw(): void;
  end(): void;
}

/**
 * Opens the terminal's alternate screen: nothing scrolls, and the terminal's earlier contents come back however the process ends, except
 * by SIGKILL. It is drawn again when the window changes its size.
 *
 * @param lines what to show; at most as many lines, and as wide, as the terminal
 */
export function fullScreen(
  stream: NodeJS.WriteStream,
  lines: (size: { columns: number; rows: number }) => readonly string[],
): FullScreen {
  let isOpen = false;
  const draw = () => {
    if (!isOpen) return;
    const { columns = 80, rows = 24 } = stream;
    const shown = lines({ columns, rows });
    // A line is cleared before it is written. After a full line the cursor is still on its last column, and would clear that.
    stream.write(
      home + shown.map((line) => clearLine + line).join('\r\n') + (shown.length < rows ? `\r\n${clearBelow}` : ''),
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
  process.on('exit', close).on('SIGTSTP', suspend).on('SIGCONT', open);
  stream.on('resize', draw);
  open();
  return {
    draw,
    end() {
      close();
      process.off('exit', close).off('SIGTSTP', suspend).off('SIGCONT', open);
      stream.off('resize', draw);
    },
  };
}
