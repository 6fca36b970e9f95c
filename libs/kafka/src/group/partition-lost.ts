import { causeOfType } from '../retries/causes.ts';

/** The partition belongs to another process now. Nothing was committed; the records come again, there. */
export class PartitionLost extends Error {
  override readonly name = 'PartitionLost';
  constructor() {
    super('the partition was given to another consumer');
  }
}

/** The broker's answers to a member that is not one any more, or whose group is rebalancing. */
const lostTypes = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

export const lostOr = (error: unknown): unknown =>
  causeOfType(error, lostTypes) === undefined ? error : new PartitionLost();
