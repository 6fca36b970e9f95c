import { randomInt } from 'node:crypto';
import type { OutgoingRecord } from '../records/outgoing-record.ts';
import { murmur2 } from './murmur2.ts';

/** A partition of a topic, and the broker that leads it: -1 where none does. */
export interface PartitionLeader {
  readonly partitionId: number;
  readonly leader: number;
}

/** The records of one partition, in order. */
export interface PartitionRecords<R extends OutgoingRecord = OutgoingRecord> {
  readonly partition: number;
  readonly records: R[];
}

/** Gives each record a partition. @returns the records by leader, and within that by partition */
export type PlaceRecords = <R extends OutgoingRecord>(
  topic: string,
  records: readonly R[],
) => Promise<PartitionRecords<R>[][]>;

/** Partitions and leaders are looked up again after this time, as Kafka's clients do by default. */
const metadataMaxAgeMs = 300_000;

/**
 * Chooses partitions as Kafka's clients do: by the hash of the key, and in turn for records without one. Once for each record: a client
 * that chooses again in each retry moves records without a key, and all records of a topic that has grown, to other partitions, where the
 * broker cannot recognise them.
 */
export function recordPlacement(partitionsOf: (topic: string) => Promise<readonly PartitionLeader[]>): PlaceRecords {
  const known = new Map<string, { partitions: readonly PartitionLeader[]; untilMs: number }>();
  const turns = new Map<string, number>();

  const lookUp = async (topic: string): Promise<readonly PartitionLeader[]> => {
    const found = known.get(topic);
    if (found !== undefined && performance.now() < found.untilMs) return found.partitions;
    const partitions = await partitionsOf(topic);
    known.set(topic, { partitions, untilMs: performance.now() + metadataMaxAgeMs });
    return partitions;
  };

  return async <R extends OutgoingRecord>(topic: string, records: readonly R[]) => {
    const partitions = await lookUp(topic);
    const led = partitions.filter(({ leader }) => leader >= 0);
    const inTurn = led.length > 0 ? led : partitions;
    let turn = turns.get(topic) ?? randomInt(2 ** 31);
    const placed = new Map<number, PartitionRecords<R>>();
    for (const record of records) {
      const { key } = record;
      const partition =
        key === null
          ? (inTurn[turn++ % inTurn.length]?.partitionId ?? 0)
          : (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions.length;
      const group = placed.get(partition);
      if (group === undefined) placed.set(partition, { partition, records: [record] });
      else group.records.push(record);
    }
    turns.set(topic, turn);
    const leaders = new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
    return [...Map.groupBy(placed.values(), ({ partition }) => leaders.get(partition)).values()];
  };
}
