import { setTimeout as delay } from 'node:timers/promises';
import type { PartitionEnds } from '../fetch/topic-reader.ts';
import type { TransactionalProducer } from '../produce/transactional-producer.ts';
import type { CommitRequest } from './commit-request.ts';
import { gathered } from './gathered.ts';
import type { FetchedOffset, GroupOffset, Place } from './group-offset.ts';
import { groupProducers } from './group-producers.ts';
import { nextShared } from './next-shared.ts';
import { lostOr } from './partition-lost.ts';

/** The committed offsets of one group, at one of its generations. */
export interface GroupOffsets {
  /**
   * Where to continue reading a partition: the committed offset, or the first one in the log. What an earlier owner left under way is ended
   * by then, or this throws until it is.
   *
   * @throws what may be tried again
   */
  committed(place: Place): Promise<bigint>;
  /**
   * Commits, together with what others commit at the same time: by one plain request, or by one transaction where records are published.
   *
   * @throws PartitionLost when the group has moved on; RecordsRefused when the broker refuses some of the records. After anything else the
   * outcome is unknown, and `committed` shows it
   */
  commit(request: CommitRequest): Promise<void>;
  close(): Promise<void>;
}

/** How `groupOffsets` reaches the brokers. */
export interface GroupRequests {
  /** Returns an error for an offset that an open transaction may change. */
  fetchOffsets(places: readonly Place[]): Promise<readonly FetchedOffset[]>;
  ends(topic: string): Promise<readonly PartitionEnds[] | undefined>;
  /** Commits with the generation, or throws. */
  commitPlainly(offsets: readonly GroupOffset[]): Promise<void>;
  /** Fences earlier producers of the same id. @param of the partitions whose offsets it commits */
  openProducer(transactionalId: string, of: readonly Place[]): Promise<TransactionalProducer>;
}

/** A transaction that has just been ended shows in the offsets some milliseconds later. */
const longestWaitMs = 160;

/**
 * One transactional producer serves all partitions that this process has in a group (KIP-447). Commits carry the group's generation, so an
 * earlier owner's are refused, and offsets are asked for only when no transaction is open that may change them.
 *
 * A commit that has failed is tried alone, with a separate producer: a topic that takes nothing then holds up only what is published there.
 */
export function groupOffsets(
  { groupId, places }: { groupId: string; places: readonly Place[] },
  requests: GroupRequests,
): GroupOffsets {
  const producers = groupProducers({ groupId, places, open: requests.openProducer });
  const stableOffset = stableOffsets(places, requests);
  const firstOffset = firstOffsets(requests);
  const commitTogether = gathered<CommitRequest>(
    (commits) =>
      requests.commitPlainly(commits).catch((error: unknown) => {
        throw lostOr(error);
      }),
    ({ isRetry }) => isRetry === true,
  );
  const publishTogether = gathered<CommitRequest>((commits) => producers.publishTogether(commits));

  return {
    async committed(place) {
      await producers.fence(place);
      const found = await stableOffset(place);
      if (found?.error !== undefined) {
        // Opened again with the next try, the producer looks for a transaction whose end Kafka has lost.
        await producers.forgetShared();
        throw lostOr(found.error);
      }
      return found === undefined || found.offset < 0n ? firstOffset(place) : found.offset;
    },
    async commit(request) {
      if (request.records.length === 0) await commitTogether(request);
      else if (request.isRetry === true) await producers.publishAlone(request);
      else await publishTogether(request);
    },
    close: () => producers.close(),
  };
}

/** Looks up committed offsets, of all places in one request, and waits a moment for one that a transaction may still change. */
function stableOffsets(places: readonly Place[], { fetchOffsets }: Pick<GroupRequests, 'fetchOffsets'>) {
  const name = ({ topic, partition }: Place) => `${topic}-${partition}`;
  const offsets = nextShared(async () => {
    const found = await fetchOffsets(places);
    return new Map(found.map((offset) => [name(offset), offset]));
  });
  return async (place: Place): Promise<FetchedOffset | undefined> => {
    let found = (await offsets()).get(name(place));
    for (let waitMs = 10; found?.error !== undefined && waitMs <= longestWaitMs; waitMs *= 2) {
      await delay(waitMs);
      found = (await offsets()).get(name(place));
    }
    return found;
  };
}

/** Looks up where a partition's log begins; partitions of one topic share a request. */
function firstOffsets({ ends }: Pick<GroupRequests, 'ends'>) {
  const underWay = new Map<string, ReturnType<typeof ends>>();
  return async ({ topic, partition }: Place): Promise<bigint> => {
    const asked = underWay.get(topic) ?? ends(topic).finally(() => underWay.delete(topic));
    underWay.set(topic, asked);
    const found = (await asked)?.find((one) => one.partition === partition);
    if (found === undefined) throw new Error(`the topic ${topic} has no partition ${partition}`);
    return found.first;
  };
}
