import { expect } from 'vitest';

/**
 * Runs a property of random cases with a seed: PROPERTY_SEED of the environment, else a new one. Prints the seed, so that any run can be
 * repeated, and names it again when the property fails.
 */
export function runProperty(env: NodeJS.ProcessEnv, property: (seed: number) => void): void {
  const seed = Number(env['PROPERTY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  process.stdout.write(`PROPERTY_SEED=${seed} ${expect.getState().currentTestName ?? ''}\n`);
  try {
    property(seed);
  } catch (error) {
    throw new Error(`with PROPERTY_SEED=${seed}: ${String(error)}`, { cause: error });
  }
}
