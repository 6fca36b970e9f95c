/**
 * A function whose callers share its calls: those who call while one is under way get the result of the next, which starts after they
 * called. So a thousand partitions with the same question cost a few requests, and each answer is newer than the question.
 */
export function nextShared<T>(act: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () =>
    (next ??= (async () => {
      await current.catch(() => {});
      // Later callers must not get this answer: it may be older than their question.
      const started = act();
      current = started;
      next = undefined;
      return started;
    })());
}
