import { setImmediate } from 'node:timers/promises';

/**
 * Gathers what callers bring, so that one act serves them all: those who come in one turn of the event loop, and those who come while an
 * earlier act is under way. One act at a time; all callers of an act share its outcome.
 *
 * @param isAlone whether a caller is to have an act of its own, as after a failure that may have been another's
 */
export function gathered<T>(
  act: (items: readonly T[]) => Promise<void>,
  isAlone: (item: T) => boolean = () => false,
): (item: T) => Promise<void> {
  let waiting: { item: T; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let isActing = false;

  const actOnAll = async () => {
    await setImmediate();
    while (waiting.length > 0) {
      const [first] = waiting;
      const group = first !== undefined && isAlone(first.item) ? [first] : waiting.filter(({ item }) => !isAlone(item));
      const taken = new Set(group);
      waiting = waiting.filter((one) => !taken.has(one));
      await act(group.map(({ item }) => item)).then(
        () => group.forEach(({ resolve }) => resolve()),
        (error: unknown) => group.forEach(({ reject }) => reject(error)),
      );
    }
    isActing = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (isActing) return;
      isActing = true;
      void actOnAll();
    });
}
