import { objectName, type EventContract } from '@sluice/contracts';
import type { ObjectFacts } from './object-facts.ts';

// The claim chain. An object is named by its first record alone, and created only if the name is free. A sink that finds the name taken
// adopts the existing object whole, however much of it the sink itself has read. Offsets move from the end of one object to the beginning
// of the next, so the objects of a partition form one chain without gap or overlap, whichever processes wrote them.

/** The name under which the unit that begins with this record is claimed. */
export const claimName = (
  prefix: string,
  contract: EventContract,
  partition: number,
  first: { offset: bigint; timeMs: number },
  extension: string,
): string => prefix + objectName(contract, partition, first, extension);

/** What the sink knows about the unit that it is about to write. */
export interface Claim {
  name: string;
  /** The setting of the names' beginning, for messages. */
  prefixSetting: string;
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

/** An object that cannot be adopted without losing records. The message says what a person has to decide. */
class ForeignObject extends Error {
  override readonly name = 'ForeignObject';
}

/**
 * Adopts the object that has the unit's name: everything up to its last offset counts as delivered. Where it reaches further than the
 * unit, the sink asks for the records up to there first. Some of them may be unreadable, and so in no object, and the sink must have seen
 * those before it commits.
 *
 * @throws ForeignObject
 */
export function adopt(claim: Claim, existing: ObjectFacts | undefined): Adoption {
  const { name, topic, partition, firstOffset } = claim;
  const stop = (problem: string, remedy: string): never => {
    throw new ForeignObject(`the object ${name} ${problem}; ${remedy}`);
  };
  if (existing === undefined)
    return stop(
      'was not written by this sink',
      `move it away, or set ${claim.prefixSetting} to a place of the sink’s own`,
    );
  const isOfPlace =
    existing.topic === topic && existing.partition === partition && existing.firstOffset === firstOffset;
  if (!isOfPlace || existing.firstRecord !== claim.firstRecord)
    return stop(
      `holds other records than Kafka's topic ${topic} has at offset ${firstOffset} of partition ${partition}, as when a topic was deleted and made again`,
      `move the old objects of the topic away, or set another ${claim.prefixSetting}`,
    );
  const { lastOffset, records } = existing;
  if (claim.seenThrough < lastOffset) return { missingThrough: lastOffset };
  const own = claim.countThrough(lastOffset);
  if (records < own)
    return stop(
      `holds ${records} records up to offset ${lastOffset}, and Kafka has ${own} that can be read now`,
      'the version that wrote it could not read them: delete it, unless offsets were reset and it had been committed before, and it is written again',
    );
  return { deliveredThrough: lastOffset };
}
