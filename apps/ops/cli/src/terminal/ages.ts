import { ago, duration } from '@sluice/terminal';

/** How long ago a time was; a dash where it is not known. */
export const ageOf = (ms: number | undefined): string =>
  ms === undefined || ms < 0 ? '–' : ms > Date.now() + 1_000 ? 'in the future' : ago(Date.now() - ms);

/** An age in seconds for a table; a dash where nothing waits. */
export const ageText = (seconds: number | undefined): string =>
  seconds === undefined ? '?' : seconds === 0 ? '–' : duration(seconds * 1_000);
