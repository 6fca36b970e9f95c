import { GroupHasMembers, type GroupDescription, type PartitionEnds } from '@sluice/kafka';
import type { OperationsAccess } from '../access.ts';
import { nearest } from '../nearest.ts';
import { OperationRefused } from '../operation-refused.ts';
import { endsOf } from '../topics/existing-topic.ts';
import { resetWarnings } from './delivered-again.ts';
import { groupStateOf, type GroupState } from './group-state.ts';

/** Where a group is to continue: at the first or the next record, at a time, at an offset, or so many records on or back. */
export type ResetTarget = 'start' | 'end' | Date | { readonly offset: bigint } | { readonly by: bigint };

/** One partition's part of a reset. */
export interface OffsetMove {
  topic: string;
  partition: number;
  /** Undefined where nothing is committed. */
  from: bigint | undefined;
  to: bigint;
  /** Offsets that are read again. */
  again: bigint;
  /** Offsets that are not read any more, though they were not committed. */
  leftOut: bigint;
}

/** What a reset does. */
export interface ResetPlan {
  group: string;
  state: GroupState;
  /** Partitions whose offset stays are left out. */
  moves: OffsetMove[];
  /** Sentences for the person who decides: what a destination receives twice, or never. */
  warnings: string[];
  /** Why it must not be done now; undefined where it may. */
  refusal: string | undefined;
}

export interface ResetOptions {
  group: string;
  /** Default: all topics of which the group has committed offsets. */
  topics?: readonly string[] | undefined;
  /** Default: all. */
  partitions?: readonly number[] | undefined;
  to: ResetTarget;
}

/**
 * Says what a reset would do, and changes nothing.
 *
 * @throws OperationRefused when the group, a topic, a partition or an offset does not exist
 */
export async function planReset(access: OperationsAccess, options: ResetOptions): Promise<ResetPlan> {
  const { kafka } = access;
  const { group, to } = options;
  const [description] = await kafka.admin.describeGroups([group]);
  const committed = await kafka.admin.groupOffsets(group);
  const topics = options.topics ?? [...new Set(committed.map(({ topic }) => topic))].sort();
  if (topics.length === 0) throw await noOffsets(access, group);
  const moves: OffsetMove[] = [];
  for (const topic of topics) {
    const ends = await partitionsOf(access, topic, options.partitions);
    const atTime = to instanceof Date ? await kafka.admin.offsetsAt(topic, to.getTime()) : new Map<number, bigint>();
    for (const one of ends) {
      const from = committed.find((offset) => offset.topic === topic && offset.partition === one.partition)?.nextOffset;
      const target = targetOf(topic, one, from, to, atTime.get(one.partition));
      if (target !== from) moves.push(moveOf(topic, one, from, target));
    }
  }
  return {
    ...{ group, state: groupStateOf(description?.state ?? 'Unknown'), moves },
    warnings: resetWarnings(group, moves),
    refusal: refusalOf(group, description),
  };
}

/**
 * Moves the group as planned. The coordinator itself refuses while there are members.
 *
 * @throws OperationRefused when the group has members
 */
export async function applyReset({ kafka }: OperationsAccess, { group, moves, refusal }: ResetPlan): Promise<void> {
  if (refusal !== undefined) throw new OperationRefused(refusal);
  try {
    await kafka.admin.setGroupOffsets(
      group,
      moves.map(({ topic, partition, to }) => ({ topic, partition, nextOffset: to })),
    );
  } catch (error) {
    if (!(error instanceof GroupHasMembers)) throw error;
    throw new OperationRefused(
      `The group ${group} has just got a member. Nothing was changed. Stop its instances, and repeat this.`,
    );
  }
}

async function noOffsets({ kafka }: OperationsAccess, group: string): Promise<OperationRefused> {
  const groups = await kafka.groups();
  if (groups.includes(group))
    return new OperationRefused(`The group ${group} has committed nothing: name the topics to set its offsets of`);
  const similar = nearest(group, groups);
  return new OperationRefused(
    `There is no consumer group ${group}: ${similar === undefined ? '`sluice groups` lists those that exist' : `did you mean ${similar}?`}`,
  );
}

async function partitionsOf(
  access: OperationsAccess,
  topic: string,
  wanted: readonly number[] | undefined,
): Promise<PartitionEnds[]> {
  const ends = await endsOf(access, topic);
  const absent = wanted?.find((number) => !ends.some(({ partition }) => partition === number));
  if (absent !== undefined)
    throw new OperationRefused(`${topic} has no partition ${absent}: it has 0 to ${ends.length - 1}`);
  return ends.filter(({ partition }) => wanted?.includes(partition) ?? true);
}

function targetOf(
  topic: string,
  { partition, first, end }: PartitionEnds,
  from: bigint | undefined,
  to: ResetTarget,
  atTime: bigint | undefined,
): bigint {
  if (to === 'start') return first;
  if (to === 'end') return end;
  if (to instanceof Date) return within(atTime ?? end, first, end);
  if ('by' in to) return within((from ?? first) + to.by, first, end);
  if (to.offset < first || to.offset > end)
    throw new OperationRefused(
      `${topic}-${partition} has offsets ${first} to ${end}: offset ${to.offset} does not exist. Name the partition that has it`,
    );
  return to.offset;
}

const within = (offset: bigint, first: bigint, end: bigint): bigint =>
  offset < first ? first : offset > end ? end : offset;

function moveOf(topic: string, { partition, first }: PartitionEnds, from: bigint | undefined, to: bigint): OffsetMove {
  // A group without an offset begins with the first record.
  const at = from === undefined || from < first ? first : from;
  const isBack = to < at;
  return {
    ...{ topic, partition, from, to },
    again: isBack && from !== undefined ? at - to : 0n,
    leftOut: isBack ? 0n : to - at,
  };
}

function refusalOf(group: string, description: GroupDescription | undefined): string | undefined {
  const members = description?.members ?? [];
  if (members.length === 0) return undefined;
  const hosts = [...new Set(members.map(({ clientId, host }) => `${clientId} on ${host}`))].join(', ');
  return `The group ${group} is active: ${hosts}. Its members would overwrite the offsets. Stop all of its instances, and repeat this.`;
}
