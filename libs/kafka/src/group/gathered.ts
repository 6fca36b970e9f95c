import { setImmediate } from 'node:timers/promises';

/**
 * Combines items of several callers into one call of `act`: those of one turn of the event loop, and those that arrive while an earlier
 * call is in progress. One call at a time; all its callers share its outcome.
 *
 * @param isAlone whether an item is acted on alone, as after a failure that another item may have caused
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
