import kafkajs, { type Admin, type PartitionAssigner } from 'kafkajs';
import { stickyAssignment, type Assignment } from '../../group/sticky-assignment.ts';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/** Of the members' protocol: https://kafka.apache.org/protocol#The_Messages_ConsumerProtocolSubscription */
const version = 0;

/**
 * `stickyAssignment` in the form of kafkajs's groups. A member's last assignment travels in its subscription's user data.
 *
 * kafkajs's own assigner gives the leader's topics to all members: those that do not subscribe to a topic drop its partitions silently,
 * and topics that the leader does not know are read by no member.
 *
 * @param options.had this process's last assignment
 * @param options.onJoining called when a join request is about to be sent
 */
export function stickyAssigner(
  admin: Admin,
  options: { had: () => Assignment; onJoining: () => void },
): PartitionAssigner {
  return () => ({
    name: 'sluice-sticky',
    version,
    protocol({ topics }) {
      options.onJoining();
      const userData = MemberAssignment.encode({
        version,
        assignment: mutable(options.had()),
        userData: Buffer.alloc(0),
      });
      return { name: this.name, metadata: MemberMetadata.encode({ version, topics, userData }) };
    },
    async assign({ members }) {
      const group = members.map(({ memberId, memberMetadata }) => {
        const metadata = MemberMetadata.decode(memberMetadata);
        const had = metadata === null ? null : MemberAssignment.decode(metadata.userData);
        return { id: memberId, topics: metadata?.topics ?? [], had: had?.assignment ?? {} };
      });
      const partitions = await partitionsOf(admin, new Set(group.flatMap(({ topics }) => topics)));
      return [...stickyAssignment(group, partitions)].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version,
          assignment: mutable(assignment),
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

/** A topic that was deleted has no partitions. */
async function partitionsOf(admin: Admin, wanted: ReadonlySet<string>): Promise<Assignment> {
  const existing = (await admin.listTopics()).filter((topic) => wanted.has(topic));
  if (existing.length === 0) return {};
  const { topics } = await admin.fetchTopicMetadata({ topics: existing });
  return Object.fromEntries(
    topics.map(({ name, partitions }) => [name, partitions.map(({ partitionId }) => partitionId)]),
  );
}

const mutable = (assignment: Assignment): Record<string, number[]> =>
  Object.fromEntries(Object.entries(assignment).map(([topic, partitions]) => [topic, [...partitions]]));
