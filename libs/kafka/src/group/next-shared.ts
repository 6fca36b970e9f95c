/**
 * A function whose callers share its calls: those who come while one is under way get the result of the next, which begins after they
 * came. So a thousand partitions that ask the same of a broker cost a few requests, and each answer is newer than the question.
 */
export function nextShared<T>(act: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () =>
    (next ??= (async () => {
      await current.catch(() => {});
      // Whoever comes from here on may not have this answer: it may be older than the question.
      const started = act();
      current = started;
      next = undefined;
      return started;
    })());
}
