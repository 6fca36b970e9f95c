import kafkajs, { type Admin, type MemberDescription } from 'kafkajs';
import { GroupHasMembers, type GroupDescription, type GroupMember } from '../../admin/kafka-admin.ts';
import type { GroupOffset } from '../../group/group-offset.ts';
import { causeOfType } from '../../retries/causes.ts';
import { brief, retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { groupCoordinator } from '../cluster.ts';
import type { LazyCluster } from '../lazy-cluster.ts';
import { offsetsByTopic } from '../offsets-by-topic.ts';

/** See `KafkaAdmin.describeGroups`. */
export async function describeGroups(admin: Admin, groups: readonly string[]): Promise<GroupDescription[]> {
  if (groups.length === 0) return [];
  const described = await admin.describeGroups([...groups]);
  return described.groups
    .map(({ groupId, state, protocol, members }) => ({
      group: groupId,
      state,
      assigner: protocol,
      members: members.map(groupMember),
    }))
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}

const groupMember = ({ memberId, clientId, clientHost, memberAssignment }: MemberDescription): GroupMember => ({
  ...{ id: memberId, clientId, host: clientHost.replace(/^\//, '') },
  partitions:
    // Empty while the group rebalances.
    memberAssignment.length === 0
      ? []
      : Object.entries(kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {}).flatMap(
          ([topic, partitions]) => partitions.map((partition) => ({ topic, partition })),
        ),
});

/** See `KafkaAdmin.groupOffsets`. */
export async function groupOffsets(admin: Admin, group: string): Promise<GroupOffset[]> {
  const found = await admin.fetchOffsets({ groupId: group });
  return found.flatMap(({ topic, partitions }) =>
    partitions
      .filter(({ offset }) => Number(offset) >= 0)
      .map(({ partition, offset }) => ({ topic, partition, nextOffset: BigInt(offset) })),
  );
}

/** What the coordinator answers to a commit without a member where there are members. */
const hasMembers = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS']);

/** See `KafkaAdmin.setGroupOffsets`. kafkajs's own would join the group for it. */
export async function setGroupOffsets(
  clusters: LazyCluster,
  group: string,
  offsets: readonly GroupOffset[],
): Promise<void> {
  const cluster = await clusters.get();
  try {
    await retryWhileRetriable(brief, async () => {
      const coordinator = await cluster.findGroupCoordinator({ groupId: group, coordinatorType: groupCoordinator });
      await coordinator.offsetCommit({
        ...{ groupId: group, groupGenerationId: -1, memberId: '' },
        topics: offsetsByTopic(offsets),
      });
    });
  } catch (error) {
    if (causeOfType(error, hasMembers) === undefined) throw error;
    throw new GroupHasMembers(`the group ${group} has members`, { cause: error });
  }
}
