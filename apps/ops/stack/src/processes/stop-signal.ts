/**
 * Aborts when this process must end: on Ctrl-C, SIGTERM or SIGHUP, and with `tied` when standard input ends. The reason tells which.
 * Later signals are ignored: Ctrl-C can arrive twice, from the terminal and from npm.
 */
export function stopSignal(tied: boolean): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: string) => () => controller.abort(new Error(reason));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop(name));
  // A closed terminal or pipe must not prevent stopping the servers.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (tied) {
    const ended = stop('standard input ended');
    process.stdin.on('end', ended).on('close', ended).on('error', ended).resume();
  }
  return controller.signal;
}
