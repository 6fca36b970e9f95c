import type { GroupDescription, PartitionEnds } from '@sluice/kafka';
import type { OperationsAccess } from '../access.ts';
import { groupStateOf, type GroupState } from '../groups/group-state.ts';
import { openRecords, type OpenRecords } from './open-records.ts';

/** What a group has not committed of a partition. */
export interface PartitionLag {
  topic: string;
  partition: number;
  /** Undefined where nothing is committed yet: then everything is open. */
  committed: bigint | undefined;
  /** The last stable offset: up to there a group can read. */
  end: bigint;
  /** Records that are not committed. Transaction markers and aborted records do not count where `isExact`; else offsets are counted. */
  records: number;
  isExact: boolean;
  /** Kafka's timestamp of the oldest one. */
  oldestMs: number | undefined;
  /** Its age; 0 where none is open. Undefined where it is not known. */
  seconds: number | undefined;
  /** Client id and host of the partition's owner. */
  member: string | undefined;
}

/** What a group has not committed. */
export interface GroupLag {
  group: string;
  state: GroupState;
  members: number;
  records: number;
  isExact: boolean;
  /** The age of the oldest record. */
  seconds: number | undefined;
  partitions: PartitionLag[];
}

/** Reads lags. It keeps what it has learned, so that a caller who polls reads little of Kafka. One for each process. */
export interface LagReader {
  /** @param wanted only these groups and topics; `groups` may name one that does not exist */
  read(wanted?: { groups?: readonly string[]; topics?: readonly string[] }): Promise<GroupLag[]>;
}

/** Groups of one-off readers, which are deleted after use. */
export const isReaderGroup = (group: string): boolean => group.startsWith('sluice-reader-');

/** @param firstBytes see `openRecords` */
export function lagReader({ kafka }: OperationsAccess, firstBytes?: number): LagReader {
  const open = openRecords(kafka, firstBytes);
  return {
    async read({ groups: wanted, topics } = {}) {
      const groups = wanted ?? (await kafka.groups()).filter((group) => !isReaderGroup(group));
      const described = await kafka.admin.describeGroups(groups);
      const committed = await Promise.all(described.map((group) => committedOf(kafka, group, topics)));
      // A topic that was deleted is left out.
      const ends = await kafka.endsOfTopics([...new Set(committed.flatMap((offsets) => [...offsets.keys()]))]);
      const lags = await Promise.all(
        described.map((group, n) => groupLag(group, committed[n] ?? new Map(), ends, open)),
      );
      open.forgetBefore(lags.flatMap(({ partitions }) => partitions));
      return lags;
    },
  };
}

type Committed = Map<string, Map<number, bigint>>;

/** The committed offsets by topic. A topic that members read and have committed nothing of is there without an offset. */
async function committedOf(
  kafka: OperationsAccess['kafka'],
  { group, members }: GroupDescription,
  topics: readonly string[] | undefined,
): Promise<Committed> {
  const found: Committed = new Map();
  for (const { topic } of members.flatMap(({ partitions }) => partitions)) found.set(topic, new Map());
  for (const { topic, partition, nextOffset } of await kafka.admin.groupOffsets(group)) {
    const offsets = found.get(topic) ?? new Map<number, bigint>();
    found.set(topic, offsets.set(partition, nextOffset));
  }
  if (topics !== undefined) for (const topic of found.keys()) if (!topics.includes(topic)) found.delete(topic);
  return found;
}

async function groupLag(
  described: GroupDescription,
  committed: Committed,
  ends: ReadonlyMap<string, readonly PartitionEnds[]>,
  open: OpenRecords,
): Promise<GroupLag> {
  const nowMs = Date.now();
  const byTopic = await Promise.all(
    [...committed].map(async ([topic, offsets]) => {
      const wanted = (ends.get(topic) ?? []).map((one) => ({ ...one, committed: offsets.get(one.partition) }));
      const found = await open.of(
        topic,
        wanted.map(({ partition, first, end, committed: at }) => ({
          partition,
          from: at === undefined || at < first ? first : at,
          end,
        })),
      );
      return wanted.map(({ partition, end, committed: at }): PartitionLag => {
        const { records, isExact, oldestMs } = found.get(partition) ?? {
          records: 0,
          isExact: true,
          oldestMs: undefined,
        };
        return {
          ...{ topic, partition, committed: at, end, records, isExact, oldestMs },
          seconds: records === 0 ? 0 : oldestMs === undefined ? undefined : Math.max(0, (nowMs - oldestMs) / 1_000),
          member: ownerOf(described, topic, partition),
        };
      });
    }),
  );
  const partitions = byTopic
    .flat()
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
  const ages = partitions.map(({ seconds }) => seconds);
  return {
    group: described.group,
    state: groupStateOf(described.state),
    members: described.members.length,
    records: partitions.reduce((sum, { records }) => sum + records, 0),
    isExact: partitions.every(({ isExact }) => isExact),
    seconds: ages.includes(undefined) ? undefined : Math.max(0, ...ages.map((age = 0) => age)),
    partitions,
  };
}

function ownerOf({ members }: GroupDescription, topic: string, partition: number): string | undefined {
  const owner = members.find(({ partitions }) =>
    partitions.some((one) => one.partition === partition && one.topic === topic),
  );
  return owner && `${owner.clientId}@${owner.host}`;
}
