interface Patience {
  /** The file's address, for messages. */
  what: string;
  /** How many bytes it has, where that is known. */
  bytes: number | undefined;
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Passes the bytes of a file on, and makes sure that they come in time and are all of them.
 *
 * @throws Error in one sentence, what `chunks` throws, and the abort reason
 */
export async function* wholeBytes(
  chunks: AsyncIterable<Uint8Array>,
  { what, bytes, timeoutMs, signal }: Patience,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  let isWaiting = false;
  let passed = 0;
  try {
    for (;;) {
      isWaiting = true;
      const next = await inTime(source.next(), { what, timeoutMs, signal });
      isWaiting = false;
      if (next.done === true) break;
      passed += next.value.length;
      yield next.value;
    }
  } finally {
    const returned = source.return?.();
    // One that waits for bytes may do so for ever: it ends with its connection.
    if (isWaiting) returned?.catch(() => {});
    else await returned;
  }
  if (bytes !== undefined && passed !== bytes) throw new Error(`${what} has ${bytes} bytes, and ${passed} came`);
}

async function inTime<T>(
  coming: Promise<T>,
  { what, timeoutMs, signal }: Pick<Patience, 'what' | 'timeoutMs' | 'signal'>,
): Promise<T> {
  // It is not waited for any more where the time is over.
  coming.catch(() => {});
  signal.throwIfAborted();
  const limit = Promise.withResolvers<never>();
  const abort = () => limit.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => limit.reject(new Error(`${what} brought nothing for ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([coming, limit.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
