import type { Notice } from '../notices.ts';
import type { Shown } from './screen-lines.ts';

/** Where `start` shows how everything is. */
export interface StartOutput {
  /** Called about once a second. */
  show(shown: Shown): void;
  /** A warning or error, when it comes. */
  notice(notice: Notice): void;
  /** Nothing is shown from here on, and a terminal is as it was. */
  end(): void;
}
