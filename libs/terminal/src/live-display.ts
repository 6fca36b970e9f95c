/** Lines that replace each other on a terminal, with messages scrolling above them. Elsewhere, the lines are printed every ten seconds. */
export interface LiveDisplay {
  show(lines: readonly string[]): void;
  message(text: string): void;
  /** Removes the lines from the terminal. */
  clear(): void;
}

/** How often a log file or a pipe gets the lines. A terminal gets them at every `show`. */
const pipeEveryMs = 10_000;

export function liveDisplay(stream: NodeJS.WriteStream): LiveDisplay {
  let shown: readonly string[] = [];
  let lastMs = -Infinity;
  const clear = () => {
    if (!stream.isTTY || shown.length === 0) return;
    stream.moveCursor(0, -shown.length);
    stream.cursorTo(0);
    stream.clearScreenDown();
    shown = [];
  };
  const write = (lines: readonly string[]) => {
    stream.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    show(lines) {
      if (stream.isTTY) clear();
      else if (performance.now() - lastMs < pipeEveryMs) return;
      lastMs = performance.now();
      // A line that wraps would take two rows, and `clear` would leave one of them. A terminal may not know its width.
      const width = stream.isTTY && stream.columns > 0 ? stream.columns - 1 : Infinity;
      shown = lines.map((line) => line.slice(0, width));
      write(shown);
    },
    message(text) {
      const lines = shown;
      clear();
      write([text]);
      if (!stream.isTTY) return;
      write(lines);
      shown = lines;
    },
    clear,
  };
}
