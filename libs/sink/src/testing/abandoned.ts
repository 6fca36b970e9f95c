/** Longer than any sink needs to drop what it is doing. */
const soonMs = 5_000;

/** @throws when work that was aborted does not end soon, whatever its outcome */
export async function expectEnd(work: Promise<unknown>, withinMs = soonMs): Promise<void> {
  const pending = Symbol('pending');
  const outcome = await Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    new Promise((resolve) => setTimeout(resolve, withinMs, pending).unref()),
  ]);
  if (outcome === pending) throw new Error(`it was aborted, and is still under way after ${withinMs} ms`);
}
