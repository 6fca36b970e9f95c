import { objectName, type EventContract } from '@sluice/schemas';
import type { ObjectFacts } from './object-facts.ts';

// The claim chain. An object is named by its first record alone and created only where there is none of that name. Who finds the
// name taken adopts the object that is there, whole, however much of it is its own. Offsets move from the end of one object to the
// beginning of the next, so that the objects of a partition form one chain without gap or overlap, whoever wrote them.

/** The name under which the unit that begins with this record is claimed. */
export const claimName = (
  prefix: string,
  contract: EventContract,
  partition: number,
  first: { offset: bigint; timeMs: number },
  extension: string,
): string => prefix + objectName(contract, partition, first, extension);

/** What the adopter knows about its own unit. */
export interface Claim {
  name: string;
  topic: string;
  partition: number;
  firstOffset: bigint;
  /** See `recordFingerprint`. */
  firstRecord: string;
  /** The last offset that came, readable or not. */
  seenThrough: bigint;
  /** How many readable records came up to and including an offset. */
  countThrough(offset: bigint): number;
}

/** What follows for the unit from an object that has its name. See `Collected` of the sink's contract. */
export type Adoption = { deliveredThrough: bigint } | { missingThrough: bigint };

/** An object that cannot be adopted without losing records. A person has to decide; the message says what. */
class ForeignObject extends Error {
  override readonly name = 'ForeignObject';
}

/**
 * Adopts the object that has the unit's name: everything up to its last offset counts as delivered. Where it reaches further than the
 * unit, the records up to there are asked for first: among them may be some that cannot be read, which are in no object, and which
 * whoever settles must have seen.
 *
 * @throws ForeignObject
 */
export function adopt(claim: Claim, existing: ObjectFacts | undefined): Adoption {
  const { name, topic, partition, firstOffset } = claim;
  const stop = (problem: string, remedy: string): never => {
    throw new ForeignObject(`the object ${name} ${problem}; ${remedy}`);
  };
  if (existing === undefined)
    return stop('was not written by this sink', 'move it away, or set GCS_PREFIX to a place of the sink’s own');
  const isOfPlace =
    existing.topic === topic && existing.partition === partition && existing.firstOffset === firstOffset;
  if (!isOfPlace || existing.firstRecord !== claim.firstRecord)
    return stop(
      `holds other records than Kafka's topic ${topic} has at offset ${firstOffset} of partition ${partition}, as when a topic was deleted and made again`,
      'move the old objects of the topic away, or set another GCS_PREFIX',
    );
  const { lastOffset, records } = existing;
  if (claim.seenThrough < lastOffset) return { missingThrough: lastOffset };
  const own = claim.countThrough(lastOffset);
  if (records < own)
    return stop(
      `holds ${records} records up to offset ${lastOffset}, and Kafka has ${own} that can be read now`,
      'the version that wrote it could not read them: delete it, unless offsets were reset and it had been settled before, and it is written again',
    );
  return { deliveredThrough: lastOffset };
}
