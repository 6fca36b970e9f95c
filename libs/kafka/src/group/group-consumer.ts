import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { backoffMs, describeError, pause, stillWaiting, type Health, type Logger } from '@sluice/telemetry';
import { fetchedBatch, isFetchedMessage, type UnreadableBatchAt } from '../fetch/fetched-batch.ts';
import { offsetsByTopic, type GroupOffset } from './offsets-by-topic.ts';
import { fetchPace, type FetchPace } from './fetch-pace.ts';
import { PartitionLost, type GroupOffsets, type Place, type Settlement } from './group-offsets.ts';
import type { Assignment } from './sticky-assignment.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import {
  hooked,
  installConsumerGroupHooks,
  type ConsumerGroup,
  type FetchedPartition,
} from '../kafkajs/consumer-group.ts';
import { explained, explainError } from '../kafkajs/explain-error.ts';
import { stickyAssigner } from '../kafkajs/sticky-assigner.ts';
import type { Membership } from '../kafkajs/requests/txn-offset-commit.ts';

/** One partition for as long as this process owns it. A rebalance ends it, even where the same process gets the partition again. */
export interface AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Aborted, before the group moves on, when the partition is no longer this process's. */
  readonly lost: AbortSignal;
  /**
   * Begins to fetch at an offset. Until then nothing comes, so that the owner can first make sure of what its predecessor left.
   * May be called again, to go elsewhere: nothing of what was fetched before then comes any more.
   */
  start(offset: bigint): void;
  /** Holds fetching back and lets it go on. What is already on its way still comes. */
  pause(): void;
  resume(): void;
  /** Where to go on. See `GroupOffsets`. */
  committed(): Promise<bigint>;
  /**
   * Commits the offset of the next record to read, and publishes records exactly if it is committed. See `GroupOffsets`.
   *
   * @throws PartitionLost when the partition is not this process's any more; after anything else `committed` tells the outcome
   */
  commit(settlement: Omit<Settlement, keyof Place>): Promise<void>;
}

/** Called synchronously by the consumer; must not throw. */
export interface GroupHandlers {
  /** The partition is this process's from now on. */
  assigned(partition: AssignedPartition): void;
  /**
   * Records that follow on what came before, never empty. `nextOffset` is what to commit once all of them are settled: it skips
   * control records, which nobody sees. `endOffset` is the partition's end at that moment. The next fetch waits for what is
   * returned, and heartbeats with it: a moment at most.
   */
  fetched(
    partition: AssignedPartition,
    records: readonly KafkaRecord[],
    nextOffset: bigint,
    endOffset: bigint,
  ): Promise<void> | undefined;
  /**
   * The batch at the place where the partition is cannot be read; everything before it has been handed over. The partition is paused,
   * and its owner calls `start` to try again or to go on elsewhere. Other partitions are not concerned.
   */
  unreadable(partition: AssignedPartition, batch: UnreadableBatchAt): void;
  /**
   * The partition's log begins behind the offset where the partition is, or ends before it. The partition is paused, and its owner
   * calls `start` to go on. Other partitions are not concerned.
   */
  outOfRange(partition: AssignedPartition, offset: bigint): void;
  /** The group has been joined, or joined again; this process may have been given nothing. */
  joined(partitions: number): void;
  /** The group is gone for now, with all partitions; it is joined again without being asked. */
  interrupted(reason: string): void;
}

export interface GroupOptions {
  groupId: string;
  topics: readonly string[];
  /** All topics that are published to with offsets. */
  publishes: readonly string[];
  handlers: GroupHandlers;
  logger: Logger;
  /** Gets to know when joining takes long. */
  health?: Pick<Health, 'waiting'> | undefined;
  /** The most bytes of one partition in one fetch, before they are unpacked. */
  fetchBytes: number;
  /** The most bytes of one fetch, before they are unpacked. A batch that is larger comes alone. */
  fetchMaxBytes: number;
  /** How long the broker gathers records for one fetch. */
  lingerMs: number;
  sessionTimeoutMs: number;
}

export interface GroupConsumer {
  /** Leaves the group. All partitions are lost first. */
  stop(): Promise<void>;
}

const key = (topic: string, partition: number) => `${topic}/${partition}`;

/** So many bytes are handed over at once: the pieces of a batch that is as large as sinks write. */
const fullFetchBytes = 512 * 1024;

/** Makes what commits the offsets of a membership. */
export type OpenOffsets = (options: {
  groupId: string;
  membership: Membership;
  places: readonly Place[];
  commitPlainly: (offsets: readonly GroupOffset[]) => Promise<void>;
}) => GroupOffsets;

/**
 * A member of a consumer group that keeps being one: on kafkajs, with its known weaknesses mended here.
 *
 * - Records are handed over as they come and hold up heartbeats for a moment at most, so a slow destination does not cost the
 *   membership.
 * - Partitions are lost *before* the join request is sent, whatever led to it (kafkajs tells of rebalances after the fact, and of
 *   some not at all): the assigner is asked for the member's subscription right then, each time. A commit carries the generation that was
 *   current when it was asked for, so a revoked partition's batch is never committed by its old owner.
 * - Each assignment starts with a seek, which drops a fetch of the previous generation that is still on its way.
 * - A consumer that crashes is replaced, also where kafkajs gives up.
 */
export function joinGroup(
  kafka: Kafka,
  admin: Admin,
  options: GroupOptions & { openOffsets: OpenOffsets },
): GroupConsumer {
  const {
    groupId,
    topics,
    handlers,
    logger,
    health,
    fetchBytes,
    fetchMaxBytes,
    lingerMs,
    sessionTimeoutMs,
    openOffsets,
  } = options;
  installConsumerGroupHooks();
  const asked = { group: groupId, topics };
  const owned = new Map<string, { partition: AssignedPartition; lose: AbortController }>();
  const stopped = new AbortController();
  let endRun = (_reason: string): void => {};

  /** The offsets of the generation that this process is in. */
  let generation: { offsets: GroupOffsets; over: AbortController } | undefined;

  const loseAll = () => {
    generation?.over.abort(new PartitionLost());
    for (const { lose } of owned.values()) lose.abort(new PartitionLost());
    owned.clear();
    void generation?.offsets.close();
    generation = undefined;
  };

  /** Outlives the consumers of this process, so that one that is replaced gets the same partitions again. */
  let had: Assignment = {};
  const assigner = stickyAssigner(admin, { had: () => had, onJoining: loseAll });

  const own = (consumer: Consumer, offsets: GroupOffsets, { topic, partition }: Place): void => {
    const lose = new AbortController();
    const asked = { group: groupId, topics: [topic] };
    const at = [{ topic, partitions: [partition] }];
    /** A consumer that crashes has let go of everything some moments before kafkajs tells of it, and throws until then. */
    const unlessGone = (act: () => void): void => {
      if (lose.signal.aborted) return;
      try {
        act();
      } catch (error) {
        logger.debug(
          { topic, partition, reason: describeError(error) },
          'the consumer is gone; its partitions are lost',
        );
      }
    };
    const assigned: AssignedPartition = {
      topic,
      partition,
      lost: lose.signal,
      start(offset) {
        unlessGone(() => {
          consumer.seek({ topic, partition, offset: String(offset) });
          consumer.resume(at);
        });
      },
      pause: () => unlessGone(() => consumer.pause(at)),
      resume: () => unlessGone(() => consumer.resume(at)),
      async committed() {
        lose.signal.throwIfAborted();
        const offset = await explained(offsets.committed({ topic, partition }), asked);
        lose.signal.throwIfAborted();
        return offset;
      },
      async commit(settlement) {
        lose.signal.throwIfAborted();
        try {
          await offsets.commit({ topic, partition, ...settlement });
        } catch (error) {
          lose.signal.throwIfAborted();
          throw explainError(error, asked);
        }
      },
    };
    consumer.pause(at);
    owned.set(key(topic, partition), { partition: assigned, lose });
    handlers.assigned(assigned);
  };

  const openGeneration = (group: ConsumerGroup, places: readonly Place[]): GroupOffsets => {
    const over = new AbortController();
    const { memberId, generationId } = group;
    const offsets = openOffsets({
      groupId,
      membership: { memberId: memberId ?? '', generationId: generationId ?? -1 },
      places,
      async commitPlainly(settled) {
        over.signal.throwIfAborted();
        // No await comes before this: kafkajs takes the generation in this very tick, and it is over by then if it is another.
        await group.commitOffsets({ topics: offsetsByTopic(settled) });
      },
    });
    generation = { offsets, over };
    return offsets;
  };

  const eachBatch = async ({ batch, resolveOffset, isStale }: EachBatchPayload): Promise<void> => {
    const entry = owned.get(key(batch.topic, batch.partition));
    // Stale is what was fetched before a seek and comes only now.
    if (entry === undefined || batch.messages.length === 0 || isStale()) return;
    const { records, nextOffset, unreadable, isOutOfRange } = fetchedBatch(batch);
    if (unreadable !== undefined) {
      entry.partition.pause();
      handlers.unreadable(entry.partition, unreadable);
      return;
    }
    if (isOutOfRange === true) {
      entry.partition.pause();
      handlers.outOfRange(entry.partition, nextOffset);
      return;
    }
    const held =
      records.length === 0
        ? undefined
        : handlers.fetched(entry.partition, records, nextOffset, BigInt(batch.highWatermark));
    resolveOffset(String(nextOffset - 1n));
    await held;
  };

  /** One life of a consumer: until it crashes, or is stopped. */
  const runOnce = async (): Promise<string> => {
    const ended = Promise.withResolvers<string>();
    endRun = ended.resolve;
    const paces = new Map<string, FetchPace>();
    let group: ConsumerGroup | undefined;
    const paceOf = (nodeId: string): FetchPace => {
      const pace = paces.get(nodeId) ?? fetchPace({ lingerMs, fullBytes: Math.min(fullFetchBytes, fetchMaxBytes) });
      paces.set(nodeId, pace);
      return pace;
    };
    const paced = hooked(assigner, {
      joining: (joining) => void (group = joining),
      fetching: (fetching, nodeId) => paceOf(nodeId).next(fetching.paused().length > 0),
      fetched: (nodeId, partitions) => paceOf(nodeId).answered(partitions.some(hasRecords)),
    });
    const consumer = kafka.consumer({
      groupId,
      partitionAssigners: [paced],
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 10),
      rebalanceTimeout: Math.max(60_000, sessionTimeoutMs * 2),
      maxBytesPerPartition: fetchBytes,
      maxBytes: fetchMaxBytes,
      // A crash is answered here, by a new consumer, whatever its cause: kafkajs restarts only after some of them.
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure: async () => false },
    });
    /** The consumer is being replaced or stopped: an assignment that still arrives is ignored. */
    let isOver = false;
    consumer.on('consumer.group_join', ({ payload }) => {
      // A join that was under way when the consumer was told to end.
      if (isOver || group === undefined) return;
      had = payload.memberAssignment;
      const places = Object.entries(payload.memberAssignment)
        .flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
        .toSorted((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition));
      const offsets = openGeneration(group, places);
      for (const place of places) own(consumer, offsets, place);
      handlers.joined(places.length);
    });
    consumer.on('consumer.crash', ({ payload }) => ended.resolve(describeError(explainError(payload.error, asked))));
    const join = async () => {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        // All partitions of a fetch are held at the same time, not one after the other. kafkajs wakes them all for each fetch.
        partitionsConsumedConcurrently: await partitionCount(admin, topics),
        eachBatch,
      });
    };
    try {
      await stillWaiting({ what: `the consumer group ${groupId}`, signal: stopped.signal, logger, health }, join);
      return await ended.promise;
    } catch (error) {
      return describeError(explainError(error, asked));
    } finally {
      isOver = true;
      loseAll();
      await consumer.disconnect().catch(() => {});
    }
  };

  const running = (async () => {
    for (let tries = 1; !stopped.signal.aborted; tries++) {
      const startedMs = performance.now();
      const reason = await runOnce();
      if (stopped.signal.aborted) return;
      handlers.interrupted(reason);
      logger.debug({ reason }, 'the consumer ended and is replaced');
      // One that lived for a minute has not failed again, but for the first time.
      if (performance.now() - startedMs > 60_000) tries = 1;
      await pause(backoffMs(tries), stopped.signal);
    }
  })();

  return {
    async stop() {
      stopped.abort();
      endRun('stopped');
      await running;
    },
  };
}

/** The partitions of all topics together, 1 at least. */
async function partitionCount(admin: Admin, topics: readonly string[]): Promise<number> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
  return Math.max(
    1,
    found.reduce((sum, { partitions }) => sum + partitions.length, 0),
  );
}

const hasRecords = ({ rawMessages: [message] }: FetchedPartition): boolean =>
  isFetchedMessage(message) && message.set.records.length > 0;
