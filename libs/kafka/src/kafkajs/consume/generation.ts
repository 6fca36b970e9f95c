import type { Logger } from '@sluice/telemetry';
import type { Consumer } from 'kafkajs';
import type { AssignedPartition } from '../../group/group-consumer.ts';
import type { GroupOffset, Membership, Place } from '../../group/group-offset.ts';
import type { GroupOffsets } from '../../group/group-offsets.ts';
import { PartitionLost } from '../../group/partition-lost.ts';
import { offsetsByTopic } from '../offsets-by-topic.ts';
import type { ConsumerGroup } from '../patches/consumer-group.ts';
import { assignPartition } from './assigned-partition.ts';

/** Opens the offsets of a membership. */
export type OpenOffsets = (options: {
  groupId: string;
  membership: Membership;
  places: readonly Place[];
  commitPlainly: (offsets: readonly GroupOffset[]) => Promise<void>;
}) => GroupOffsets;

/** What this process has of a group between two rebalances. */
export interface Generation {
  readonly partitions: Iterable<AssignedPartition>;
  find(topic: string, partition: number): AssignedPartition | undefined;
  /** Takes all partitions away: their signals are aborted, and no commit begins any more. */
  lose(): void;
}

export function openGeneration(
  places: readonly Place[],
  options: { groupId: string; group: ConsumerGroup; consumer: Consumer; openOffsets: OpenOffsets; logger: Logger },
): Generation {
  const { groupId, group, consumer, openOffsets, logger } = options;
  const over = new AbortController();
  const { memberId, generationId } = group;
  const offsets = openOffsets({
    groupId,
    membership: { memberId: memberId ?? '', generationId: generationId ?? -1 },
    places,
    async commitPlainly(requested) {
      over.signal.throwIfAborted();
      // No await comes before this: kafkajs takes the generation in this very tick. If it is another, this one is over by now.
      await group.commitOffsets({ topics: offsetsByTopic(requested) });
    },
  });
  const owned = new Map<string, { assigned: AssignedPartition; lost: AbortController }>();
  for (const place of places) {
    const lost = new AbortController();
    const assigned = assignPartition(place, { groupId, consumer, offsets, lost: lost.signal, logger });
    owned.set(key(place.topic, place.partition), { assigned, lost });
  }
  return {
    partitions: [...owned.values()].map(({ assigned }) => assigned),
    find: (topic, partition) => owned.get(key(topic, partition))?.assigned,
    lose() {
      over.abort(new PartitionLost());
      for (const { lost } of owned.values()) lost.abort(new PartitionLost());
      owned.clear();
      void offsets.close();
    },
  };
}

const key = (topic: string, partition: number): string => `${topic}/${partition}`;
