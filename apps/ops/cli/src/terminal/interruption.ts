import { UserError } from '../user-error.ts';

/** Ctrl-C or SIGTERM. It undoes nothing that was finished. */
export class Interrupted extends UserError {
  constructor() {
    super('Interrupted.');
  }
}

/** Aborted by the first Ctrl-C or SIGTERM, with `Interrupted`; the second ends the process at once. */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Interrupted()));
  return stop.signal;
}
