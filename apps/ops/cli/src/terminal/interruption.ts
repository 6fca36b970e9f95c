import { UserError } from '../user-error.ts';

/** Ctrl-C or SIGTERM. It undoes nothing that was finished. */
export class Interrupted extends UserError {
  constructor() {
    super('Interrupted.');
  }
}

/** One Ctrl-C often comes twice, from the terminal and from a launcher that passes it on. */
const sameSignalMs = 500;

/** Aborted by the first Ctrl-C or SIGTERM, with `Interrupted`; a later one ends the process at once. */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  let firstMs: number | undefined;
  const interrupt = () => {
    if (firstMs !== undefined && performance.now() - firstMs > sameSignalMs) process.exit(130);
    firstMs ??= performance.now();
    stop.abort(new Interrupted());
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  return stop.signal;
}
