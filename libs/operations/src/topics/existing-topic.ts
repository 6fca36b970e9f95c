import type { PartitionEnds } from '@sluice/kafka';
import type { OperationsAccess } from '../access.ts';
import { nearest } from '../nearest.ts';
import { OperationRefused } from '../operation-refused.ts';

/** The ends of a topic's partitions. @throws OperationRefused when there is no such topic; it names the most similar one */
export async function endsOf({ kafka }: Pick<OperationsAccess, 'kafka'>, topic: string): Promise<PartitionEnds[]> {
  const ends = await kafka.ends(topic);
  if (ends !== undefined) return ends;
  return noSuchTopic(topic, await kafka.topics());
}

export function noSuchTopic(topic: string, existing: readonly string[]): never {
  const similar = nearest(topic, existing);
  const advice = similar === undefined ? '`sluice topics list` lists those that exist' : `did you mean ${similar}?`;
  throw new OperationRefused(`There is no topic ${topic}: ${advice}`);
}
