import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A held lock. Released by `release`, by `using`, or by the kernel when the process ends. */
export interface Lock extends Disposable {
  release(): void;
}

/**
 * Takes the lock of that name; undefined if another process on this machine holds it. The lock is a name in Linux's abstract socket
 * namespace, which the kernel frees when the holder ends, so a killed holder leaves no stale lock.
 */
export function tryLock(name: string): Promise<Lock | undefined> {
  const address = `\0sluice-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`;
  return new Promise((done, fail) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(undefined) : fail(error),
    );
    server.listen(address, () => {
      server.unref();
      const release = (): void => void server.close();
      done({ release, [Symbol.dispose]: release });
    });
  });
}

/** Takes the lock of that name, and waits until it is free. `onWait` is called once if another process holds it. */
export async function takeLock(
  name: string,
  options: { signal?: AbortSignal; onWait?: () => void } = {},
): Promise<Lock> {
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    const lock = await tryLock(name);
    if (lock) return lock;
    if (attempt === 0) options.onWait?.();
    await sleep(100, undefined, options.signal ? { signal: options.signal } : {});
  }
}
