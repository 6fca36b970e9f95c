/** How long a broker gathers records before it answers a fetch. */
export interface FetchWait {
  /** It answers as soon as it has so many bytes … */
  minBytes: number;
  /** … or after this time, with what it has. */
  maxWaitMs: number;
}

/** The pace of the fetches from one broker. */
export interface FetchPace {
  /** @param isWaiting whether some partitions are left out of this fetch, and may have to be in the next soon */
  next(isWaiting: boolean): FetchWait;
  /** @param hasRecords whether the answer to the last fetch had records */
  answered(hasRecords: boolean): void;
}

/** A fetch that finds nothing costs little at this interval. It is also how long a stopping consumer waits for its last one. */
const idleWaitMs = 1_000;

/** How soon a partition that is resumed is noticed: a fetch that is on its way cannot be taken back. */
const waitingMs = 250;

/**
 * Fetches by arrival: while records come, the broker gathers them for `lingerMs`, so there is one fetch in that time however many requests
 * produced them. After an answer without records, the next record is handed over at once.
 *
 * The gathering ends at fixed ticks, so that the records of several brokers come at one time and can be written together.
 *
 * @param options.fullBytes so many bytes end the gathering: a backlog is read as fast as possible
 * @param options.nowMs a clock that never goes back
 */
export function fetchPace(options: { lingerMs: number; fullBytes: number; nowMs?: () => number }): FetchPace {
  const { lingerMs, fullBytes, nowMs = () => performance.now() } = options;
  let isFlowing = false;
  return {
    next(isWaiting) {
      if (isFlowing && lingerMs > 0)
        return { minBytes: fullBytes, maxWaitMs: Math.ceil(lingerMs - (nowMs() % lingerMs)) };
      return { minBytes: 1, maxWaitMs: isWaiting ? waitingMs : idleWaitMs };
    },
    answered(hasRecords) {
      isFlowing = hasRecords;
    },
  };
}
