import { it } from 'vitest';

/** Declares a test; or, with the reason why a component is exempt from it, prints the reason instead. */
export const unlessExempt = (reason: string | undefined) => (title: string, timeoutMs: number, test: () => unknown) => {
  if (reason === undefined) return it(title, { timeout: timeoutMs }, async () => void (await test()));
  return it(title, ({ skip }) => {
    process.stdout.write(`${title}: exempt, as ${reason}\n`);
    skip(reason);
  });
};
