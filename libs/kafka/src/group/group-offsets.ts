import { setTimeout as delay } from 'node:timers/promises';
import { causeOfType } from '../retries/causes.ts';
import { RecordsRefused } from '../produce/event-producer.ts';
import type { FetchedOffset } from '../kafkajs/requests/offset-fetch.ts';
import { nextShared } from './next-shared.ts';
import type { PartitionEnds } from '../fetch/topic-reader.ts';
import type { TopicRecord, TransactionalProducer } from '../produce/transactional-producer.ts';
import type { GroupOffset } from './offsets-by-topic.ts';
import { gathered } from './gathered.ts';

/** A transaction that has just been ended shows in the offsets some milliseconds later. */
const longestWaitMs = 160;

/** The partition belongs to another process now. Nothing was committed; what was read comes again, there. */
export class PartitionLost extends Error {
  override readonly name = 'PartitionLost';
  constructor() {
    super('the partition was given to another consumer');
  }
}

export interface Place {
  topic: string;
  partition: number;
}

/** An offset to commit, and records that are published exactly if it is. */
export interface Settlement extends GroupOffset {
  records: readonly TopicRecord[];
  /** Whether it failed before. Then it is tried by itself, so that it holds up no others, nor they it. */
  isRetry?: boolean;
}

/** The committed offsets of one group, at one of its generations. */
export interface GroupOffsets {
  /**
   * Where a partition goes on: the committed offset, or the first that there is. What an earlier owner left under way is ended by then, or
   * this throws until it is.
   *
   * @throws what may be tried again
   */
  committed(place: Place): Promise<bigint>;
  /**
   * Commits, together with what others commit at the same time: by one plain request, or by one transaction where records are published.
   *
   * @throws PartitionLost when the group has moved on; RecordsRefused when the broker does not take some of the records. After anything
   * else the outcome is unknown, and `committed` tells it
   */
  commit(settlement: Settlement): Promise<void>;
  close(): Promise<void>;
}

/**
 * One transactional producer serves all partitions that this process has in a group (KIP-447). Commits carry the group's generation, so an
 * earlier owner's are refused, and offsets are asked for only when no transaction is open that may change them.
 *
 * The producer's id is made of the first of the partitions, which no other member of the generation has: a process that takes the place of
 * another ends that one's transaction when it opens the producer. What nobody opens again ends after the transaction timeout.
 *
 * A settlement that has failed is tried by itself, with a producer of its own: a topic that takes nothing then holds up only what is
 * published there.
 */
export function groupOffsets(options: {
  groupId: string;
  places: readonly Place[];
  fetchOffsets(places: readonly Place[]): Promise<readonly FetchedOffset[]>;
  ends(topic: string): Promise<readonly PartitionEnds[] | undefined>;
  /** Commits with the generation, or throws. */
  commitPlainly(offsets: readonly GroupOffset[]): Promise<void>;
  /** Fences earlier producers of the same id. @param of the partitions whose offsets it commits */
  openProducer(transactionalId: string, of: readonly Place[]): Promise<TransactionalProducer>;
}): GroupOffsets {
  const { groupId, places, fetchOffsets, ends, commitPlainly, openProducer } = options;
  const name = ({ topic, partition }: Place) => `${topic}-${partition}`;
  const [first] = places;
  const shared = reopened(() => openProducer(`${groupId}-${first === undefined ? '' : name(first)}-all`, places));
  const own = new Map<string, ReturnType<typeof reopened>>();
  let publishing = 0;
  const offsets = nextShared(async () => {
    const found = await fetchOffsets(places);
    return new Map(found.map((offset) => [name(offset), offset]));
  });
  const endsOf = new Map<string, ReturnType<typeof ends>>();

  const firstOffset = async ({ topic, partition }: Place): Promise<bigint> => {
    const asked = endsOf.get(topic) ?? ends(topic).finally(() => endsOf.delete(topic));
    endsOf.set(topic, asked);
    const found = (await asked)?.find((one) => one.partition === partition);
    if (found === undefined) throw new Error(`the topic ${topic} has no partition ${partition}`);
    return found.first;
  };

  const translated = (error: unknown): unknown =>
    causeOfType(error, lostTypes) === undefined ? error : new PartitionLost();

  const publish = async (
    settlements: readonly Settlement[],
    producer: ReturnType<typeof reopened>,
    apart = false,
  ): Promise<void> => {
    const opened = await producer.open();
    publishing++;
    try {
      await opened.publish(
        settlements.flatMap(({ records }) => records),
        { apart, offsets: [...settlements] },
      );
    } catch (error) {
      await producer.close();
      throw translated(error);
    } finally {
      publishing--;
    }
  };

  const publishAlone = async (settlement: Settlement): Promise<void> => {
    const place = name(settlement);
    const producer = own.get(place) ?? reopened(() => openProducer(`${groupId}-${place}`, [settlement]));
    own.set(place, producer);
    await publish([settlement], producer).catch((error: unknown) => {
      // Of several records the broker does not say which it refuses.
      if (error instanceof RecordsRefused && error.together) return publish([settlement], producer, true);
      throw error;
    });
    own.delete(place);
    await producer.close();
  };

  const commitTogether = gathered<Settlement>(
    (settlements) =>
      commitPlainly(settlements).catch((error: unknown) => {
        throw translated(error);
      }),
    ({ isRetry }) => isRetry === true,
  );
  const publishTogether = gathered<Settlement>((settlements) => publish(settlements, shared));

  return {
    async committed(place) {
      // Fences, so that what is under way is ended or refused.
      await shared.open();
      await own.get(name(place))?.open();
      let found = (await offsets()).get(name(place));
      for (let waitMs = 10; found?.error !== undefined && waitMs <= longestWaitMs; waitMs *= 2) {
        await delay(waitMs);
        found = (await offsets()).get(name(place));
      }
      if (found?.error !== undefined) {
        // Opened again with the next try, the producer looks for a transaction that Kafka has lost the end of.
        if (publishing === 0) await shared.close();
        throw translated(found.error);
      }
      return found === undefined || found.offset < 0n ? firstOffset(place) : found.offset;
    },
    async commit(settlement) {
      if (settlement.records.length === 0) await commitTogether(settlement);
      else if (settlement.isRetry === true) await publishAlone(settlement);
      else await publishTogether(settlement);
    },
    async close() {
      await Promise.all([shared, ...own.values()].map((producer) => producer.close()));
    },
  };
}

/** A producer that is opened when it is needed, once for all who ask at the same time. */
function reopened(open: () => Promise<TransactionalProducer>) {
  let opened: Promise<TransactionalProducer> | undefined;
  return {
    open(): Promise<TransactionalProducer> {
      if (opened !== undefined) return opened;
      const opening = open();
      opened = opening;
      opening.catch(() => {
        if (opened === opening) opened = undefined;
      });
      return opening;
    },
    async close(): Promise<void> {
      const current = opened;
      opened = undefined;
      await current?.then(
        (producer) => producer.close(),
        () => {},
      );
    },
  };
}

/** The broker's answers to a member that is not one any more, or whose group is moving on. */
const lostTypes = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);
