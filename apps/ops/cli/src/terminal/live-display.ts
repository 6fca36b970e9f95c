/** Shows lines that replace each other on a terminal, with messages scrolling above; elsewhere, lines now and then. */
export interface LiveDisplay {
  show(lines: readonly string[]): void;
  message(text: string): void;
  /** Takes away what is shown. */
  clear(): void;
  /** Leaves what is shown. */
  end(): void;
}

/** How often a log file or pipe gets the summary: a terminal gets it at every `show`. */
const quietEveryMs = 10_000;

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
      else if (performance.now() - lastMs < quietEveryMs) return;
      lastMs = performance.now();
      write(lines);
      shown = lines;
    },
    message(text) {
      const lines = shown;
      clear();
      write([text]);
      if (stream.isTTY) {
        write(lines);
        shown = lines;
      }
    },
    clear,
    end: () => {
      shown = [];
    },
  };
}
