const minuteMs = 60_000;

/** From now to the next moment that is `latenessMs` after the end of a minute. More than none, a minute at most. */
export const waitMs = (nowMs: number, latenessMs: number): number =>
  minuteMs - ((((nowMs - latenessMs) % minuteMs) + minuteMs) % minuteMs);
