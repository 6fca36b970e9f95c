import type { KafkaRecord } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import type { Place } from '../asked.ts';
import type { StepTime } from './life.ts';
import type { WhereAccess } from '../where-access.ts';
import { scan } from '../places/scan.ts';

/** The topic in which Kafka keeps the offsets that groups commit. */
const commits = '__consumer_offsets';
/** So far before the record one looks for the commit before its own: groups with work commit more often. */
const beforeMs = 60_000;
/** The most commits that are read: minutes of a busy cluster. */
const mostRead = 500_000;

/**
 * When a group committed an offset behind a record, which a sink does once the destination has it. A document has no such time of its own.
 *
 * Kafka keeps every commit until it compacts the topic; later it keeps the last one only. A commit is known to be the first behind the
 * record where the one before it was read, too. Otherwise the time is that by which the record was delivered at the latest.
 *
 * @param sinceMs Kafka's timestamp of the record
 */
export async function commitTime(access: WhereAccess, group: string, place: Place, sinceMs: number): Promise<StepTime> {
  const { kafka, signal } = access;
  try {
    const partitions = (await kafka.ends(commits)) ?? [];
    const partition = commitPartition(group, partitions.length);
    const own = partitions.find((one) => one.partition === partition);
    const start = (await kafka.admin.offsetsAt(commits, sinceMs - beforeMs))?.get(partition);
    if (own === undefined || start === undefined) return { why: `Kafka shows no topic ${commits}` };
    const from = start > own.first ? start : own.first;
    const to = own.end - from > BigInt(mostRead) ? from + BigInt(mostRead) : own.end;
    let isExact = false;
    let atMs: number | undefined;
    const onRecord = (record: KafkaRecord): boolean => {
      const committed = committedOffset(record, group, place);
      if (committed === undefined) return false;
      if (committed <= place.offset) isExact = true;
      else atMs = record.timestampMs;
      return committed > place.offset;
    };
    const onRecords = (records: readonly KafkaRecord[]) => (records.some(onRecord) ? 'enough' : undefined);
    await scan(access, commits, [{ partition, from, to }], onRecords);
    if (atMs === undefined) return { why: `the group ${group} has not committed it, or Kafka keeps no time of that` };
    return { atMs, basis: `the group ${group} had committed it by then${isExact ? '' : ' at the latest'}` };
  } catch (error) {
    signal.throwIfAborted();
    return { why: `the commits of the group ${group} cannot be read: ${describeError(error)}` };
  }
}

/** Where Kafka keeps a group's commits: `Utils.abs(groupId.hashCode()) % partitions` (GroupMetadataManager.partitionFor). */
export function commitPartition(group: string, partitions: number): number {
  let hash = 0;
  for (let at = 0; at < group.length; at++) hash = (Math.imul(hash, 31) + group.charCodeAt(at)) | 0;
  // Java's lowest integer has no absolute value, and counts as 0.
  return (hash === -(2 ** 31) ? 0 : Math.abs(hash)) % Math.max(1, partitions);
}

/**
 * The offset that a record of the topic commits for this place's partition; undefined where it is about something else.
 *
 * https://github.com/apache/kafka/blob/trunk/group-coordinator/src/main/resources/common/message/OffsetCommitKey.json
 */
export function committedOffset(
  { key, value }: Pick<KafkaRecord, 'key' | 'value'>,
  group: string,
  { topic, partition }: Place,
): bigint | undefined {
  if (key === null || value === null || key.length < 2 || value.length < 10) return undefined;
  // Versions 0 and 1 of the key are commits, 2 is the group itself.
  if (key.readInt16BE(0) > 1) return undefined;
  const names = [group, topic].map((name) => Buffer.from(name));
  const wanted = Buffer.concat([
    ...names.flatMap((name) => [Buffer.from([name.length >> 8, name.length & 0xff]), name]),
    Buffer.from([partition >> 24, partition >> 16, partition >> 8, partition]),
  ]);
  if (!key.subarray(2).equals(wanted)) return undefined;
  // Every version of the value begins with its version and the offset.
  return value.readBigInt64BE(2);
}
