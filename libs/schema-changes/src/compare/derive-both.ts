import type { EventContract } from '@sluice/contracts';

/**
 * What both versions of a contract derive. Undefined where one derives nothing: of the newer one that is reported, and an older one has
 * left nothing to compare with.
 */
export function deriveBoth<T>(
  derive: (contract: EventContract) => T,
  before: EventContract,
  after: EventContract,
  reportImpossible: (reason: string) => void,
): { old: T; now: T } | undefined {
  const tried = (contract: EventContract): { derived: T } | { reason: string } => {
    try {
      return { derived: derive(contract) };
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error) };
    }
  };
  const [old, now] = [tried(before), tried(after)];
  if ('reason' in now) reportImpossible(now.reason);
  else if ('derived' in old) return { old: old.derived, now: now.derived };
  return undefined;
}
