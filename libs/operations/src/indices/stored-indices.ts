import type { EventIndex, EventIndices } from '@sluice/connector-elasticsearch';
import { indexPeriod, type EventContract } from '@sluice/contracts';

/** An index of an event, and the event times that its name says. */
export interface StoredIndex extends EventIndex {
  topic: string;
  /** Undefined for the one index of an event without rotation, and for a name that Sluice does not make. */
  period: { fromMs: number; toMs: number } | undefined;
}

/** The indices of some events, in the order of the events and their names. */
export async function listIndices(indices: EventIndices, contracts: readonly EventContract[]): Promise<StoredIndex[]> {
  const found = await Promise.all(
    contracts.map(async (contract) =>
      (await indices.list(contract))
        .filter(({ index }) => !belongsToAnother(index, contract, contracts))
        .map((index) => ({ ...index, topic: contract.topic, period: indexPeriod(contract, index.index) })),
    ),
  );
  return found.flat();
}

/** The pattern of `tweets` covers those of `tweets-…`, too: an index belongs to the longest topic. */
const belongsToAnother = (index: string, { topic }: EventContract, contracts: readonly EventContract[]): boolean =>
  contracts.some((other) => other.topic.length > topic.length && index.startsWith(`${other.topic}-`));

/** The indices whose events are all older than a time. */
export const indicesBefore = (indices: readonly StoredIndex[], timeMs: number): StoredIndex[] =>
  indices.filter(({ period }) => period !== undefined && period.toMs <= timeMs);
