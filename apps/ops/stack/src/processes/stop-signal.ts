/**
 * A signal that aborts when this process is to end: on Ctrl-C, SIGTERM or SIGHUP, and if `tied` when standard input ends.
 * Its reason says which. Later signals change nothing: a Ctrl-C may well arrive twice, from the terminal and from npm.
 */
export function stopSignal(tied: boolean): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: string) => () => controller.abort(new Error(reason));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop(name));
  // A terminal or a reader that went away must not keep the servers from being stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (tied) {
    const ended = stop('standard input ended');
    process.stdin.on('end', ended).on('close', ended).on('error', ended).resume();
  }
  return controller.signal;
}
