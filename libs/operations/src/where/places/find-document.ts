import type { EventContract } from '@sluice/contracts';
import type { DocumentReader } from '@sluice/connector-elasticsearch';
import type { Finding, FoundDocument } from '../where-answer.ts';
import { groupOf, type WhereAccess } from '../where-access.ts';
import type { Place } from '../asked.ts';

/** A document that has an id. */
export interface KnownDocument {
  contract: EventContract;
  id: string;
  index: string;
  /** Parsed JSON: see `parseExact`. */
  document: unknown;
}

/** The documents of these events that have an id. */
export async function documentsOfId(
  documents: DocumentReader,
  contracts: readonly EventContract[],
  id: string,
): Promise<KnownDocument[]> {
  const found = await Promise.all(
    contracts.map(async (contract) =>
      (await documents.find(contract, [id])).map(({ place, document }) => ({ contract, id, index: place, document })),
    ),
  );
  return found.flat();
}

/** The event time that a document states. */
export function documentTime({ time }: EventContract, document: unknown): number | undefined {
  const stated: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, time) : undefined;
  const timeMs = typeof stated === 'string' ? Date.parse(stated) : typeof stated === 'number' ? stated : NaN;
  return Number.isFinite(timeMs) ? timeMs : undefined;
}

/** The finding for a document, or for its absence. */
export async function documentFinding(
  access: WhereAccess,
  found: KnownDocument | undefined,
  place: Place | undefined,
): Promise<Finding<FoundDocument>> {
  if (found !== undefined) {
    const { index, id } = found;
    const base = access.links?.elasticsearch;
    return {
      ...{ state: 'found', locator: `${index}/_doc/${encodeURIComponent(id)}`, index, id },
      ...(base !== undefined && { link: `${base}/${index}/_doc/${encodeURIComponent(id)}` }),
    };
  }
  const group = groupOf(access, 'elasticsearch');
  const committed = place && (await access.kafka.committedOffsets(group, place.topic)).get(place.partition);
  if (place === undefined) return { state: 'absent', why: 'no document has its id' };
  if (committed === undefined)
    return { state: 'absent', why: `the group ${group} has committed nothing of this partition` };
  if (committed <= place.offset)
    return {
      state: 'absent',
      why: `the group ${group} has not delivered it yet: it has committed the offsets before ${committed}`,
    };
  return { state: 'absent', why: 'no document has its id, although the group has committed it' };
}
