import type { Notice } from '../notices.ts';
import type { Shown } from './screen-lines.ts';

/** Where `start` shows its state. */
export interface StartOutput {
  /** Called about once a second. */
  show(shown: Shown): void;
  /** A new warning or error. */
  notice(notice: Notice): void;
  /** Stops showing, and restores the terminal. */
  end(): void;
}
