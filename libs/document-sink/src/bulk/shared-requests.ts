import { setImmediate } from 'node:timers/promises';
import type { Verdict } from '@sluice/sink';
import type { BulkRequests, RequestPart } from './bulk-requests.ts';

/** More records than this fill a request of their own. */
const mostRecords = 500;

/** Records of one partition on their way. */
interface Waiting extends RequestPart {
  readonly signal: AbortSignal;
  readonly resolve: (verdicts: Promise<readonly Verdict[]>) => void;
}

/** Creates documents for one partition. Calls may overlap. */
export interface SharedRequests {
  /**
   * Creates the first of the records, at least one, in one request with what other partitions bring in the same turn of the event loop.
   *
   * @param isAlone whether to ask for nothing else, as after a failure that may have been another's
   * @returns see `BulkRequests`
   */
  create(part: RequestPart, signal: AbortSignal, isAlone: boolean): Promise<readonly Verdict[]>;
}

/**
 * One request for what many partitions bring, where each brings little: a request costs the client and the cluster as much as some dozens of
 * documents do.
 */
export function sharedRequests(requests: BulkRequests): SharedRequests {
  let waiting: Waiting[] = [];

  const alone = async (part: RequestPart, signal: AbortSignal): Promise<readonly Verdict[]> =>
    (await requests.create([part], signal))[0] ?? [];

  const together = async (parts: readonly Waiting[]): Promise<void> => {
    const whole = requests.create(parts, allAborted(parts.map(({ signal }) => signal)));
    for (const [at, part] of parts.entries())
      part.resolve(
        // What did not fit goes by itself.
        whole.then((verdicts) => (verdicts[at]?.length ? verdicts[at] : alone(part, part.signal))),
      );
  };

  const sendAll = async (): Promise<void> => {
    await setImmediate();
    const parts = waiting;
    waiting = [];
    for (let from = 0; from < parts.length;) {
      let to = from;
      for (let records = 0; to < parts.length; to++) {
        records += parts[to]?.records.length ?? 0;
        if (records > mostRecords && to > from) break;
      }
      void together(parts.slice(from, to));
      from = to;
    }
  };

  return {
    create(part, signal, isAlone) {
      if (isAlone || part.records.length > mostRecords) return alone(part, signal);
      return new Promise((resolve) => {
        waiting.push({ ...part, signal, resolve });
        if (waiting.length === 1) void sendAll();
      });
    },
  };
}

/** Aborted once all of the signals are: a request for several partitions is cancelled only when none of them needs the answer. */
function allAborted(signals: readonly AbortSignal[]): AbortSignal {
  const [only] = signals;
  if (signals.length === 1 && only !== undefined) return only;
  const all = new AbortController();
  let open = signals.length;
  const onAbort = (event: Event) => {
    open--;
    if (open === 0) all.abort((event.target as AbortSignal).reason);
  };
  for (const signal of signals) {
    if (signal.aborted) open--;
    else signal.addEventListener('abort', onAbort, { once: true, signal: all.signal });
  }
  if (open === 0) all.abort(only?.reason);
  return all.signal;
}
