import { styleText } from 'node:util';
import { fullScreen, type FullScreen } from '../../terminal/full-screen.ts';
import type { Paint } from './paint.ts';
import { screenLines, type Shown } from './screen-lines.ts';
import type { StartOutput } from './start-output.ts';

/** One screen that is redrawn in place, from the first time that there is something to show. */
export function terminalScreen(stream: NodeJS.WriteStream): StartOutput {
  let shown: Shown | undefined;
  let screen: FullScreen | undefined;
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  return {
    show(next) {
      shown = next;
      if (screen === undefined) screen = fullScreen(stream, (size) => (shown ? screenLines(shown, size, paint) : []));
      else screen.draw();
    },
    notice() {},
    end() {
      screen?.end();
      screen = undefined;
    },
  };
}
