import type { GroupMember } from '@sluice/kafka';
import type { OperationsAccess } from '../access.ts';
import { isReaderGroup } from '../lag/lag-reader.ts';
import { groupStateOf, type GroupState } from './group-state.ts';

/** A consumer group with its members. */
export interface GroupDetails {
  group: string;
  state: GroupState;
  /** How it assigns partitions; empty without members. */
  assigner: string;
  members: readonly GroupMember[];
}

/** All groups, sorted by name, without those of one-off readers. */
export async function listGroups({ kafka }: OperationsAccess): Promise<GroupDetails[]> {
  const groups = (await kafka.groups()).filter((group) => !isReaderGroup(group));
  const described = await kafka.admin.describeGroups(groups);
  return described.map(({ group, state, assigner, members }) => ({
    ...{ group, state: groupStateOf(state), assigner },
    members: [...members].sort((a, b) => (a.id < b.id ? -1 : 1)),
  }));
}
