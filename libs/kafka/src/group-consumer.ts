import kafkajs, { type Admin, type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import { backoffMs, describeError, pause, stillWaiting, type Health, type Logger } from '@sluice/telemetry';
import { causes } from './causes.ts';
import { fetchedBatch, type UnreadableBatchAt } from './fetched-batch.ts';
import type { Assignment } from './group/sticky-assignment.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { explainError } from './kafkajs/explain-error.ts';
import { stickyAssigner } from './kafkajs/sticky-assigner.ts';
import { nextShared } from './next-shared.ts';

/** The partition belongs to another process now. Nothing was committed; what was read comes again, there. */
export class PartitionLost extends Error {
  override readonly name = 'PartitionLost';
  constructor() {
    super('the partition was given to another consumer');
  }
}

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
  /**
   * Asks the coordinator whether this process owns the partition at this moment.
   *
   * @throws PartitionLost when it does not; anything else may be tried again
   */
  confirm(): Promise<void>;
  /**
   * Commits the offset of the next record to read. Only after records have come. The broker checks the group's generation.
   *
   * @throws PartitionLost when the partition is not this process's any more; anything else may be tried again
   */
  commit(offset: bigint): Promise<void>;
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
  handlers: GroupHandlers;
  logger: Logger;
  /** Gets to know when joining takes long. */
  health?: Pick<Health, 'waiting'> | undefined;
  /** The most bytes of one partition in one fetch, before they are unpacked. */
  fetchBytes: number;
  /** The most bytes of one fetch, before they are unpacked. A batch that is larger comes alone. */
  fetchMaxBytes: number;
  /** How long the broker may wait for more records before it answers a fetch. */
  fetchWaitMs: number;
  sessionTimeoutMs: number;
}

export interface GroupConsumer {
  /** Leaves the group. All partitions are lost first. */
  stop(): Promise<void>;
}

const key = (topic: string, partition: number) => `${topic}/${partition}`;

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
export function joinGroup(kafka: Kafka, admin: Admin, options: GroupOptions): GroupConsumer {
  const { groupId, topics, handlers, logger, health, fetchBytes, fetchMaxBytes, fetchWaitMs, sessionTimeoutMs } =
    options;
  const asked = { group: groupId, topics };
  const owned = new Map<string, { partition: AssignedPartition; lose: AbortController }>();
  const stopped = new AbortController();
  let endRun = (_reason: string): void => {};

  const loseAll = () => {
    for (const { lose } of owned.values()) lose.abort(new PartitionLost());
    owned.clear();
  };

  // All partitions ask at once when they are assigned.
  const describeGroup = nextShared(() => admin.describeGroups([groupId]));
  /** Outlives the consumers of this process, so that one that is replaced gets the same partitions again. */
  let had: Assignment = {};
  const assigner = stickyAssigner(admin, { had: () => had, onJoining: loseAll });

  const own = (member: Member, topic: string, partition: number): void => {
    const { consumer } = member;
    const lose = new AbortController();
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
      async confirm() {
        const group = (await describeGroup()).groups[0];
        lose.signal.throwIfAborted();
        const self = group?.members.find(({ memberId }) => memberId === member.id);
        if (group === undefined || self === undefined) throw new PartitionLost();
        if (group.state !== 'Stable') throw new Error(`the group is in state ${group.state}`);
        const assignment = kafkajs.AssignerProtocol.MemberAssignment.decode(self.memberAssignment)?.assignment;
        if (assignment?.[topic]?.includes(partition) !== true) throw new PartitionLost();
      },
      async commit(offset) {
        lose.signal.throwIfAborted();
        if (member.commit === undefined) throw new Error('nothing has been read yet');
        try {
          // No await comes before this: kafkajs takes the generation in this very tick, and a lost partition has been told by then.
          await member.commit({ topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }] });
        } catch (error) {
          lose.signal.throwIfAborted();
          throw isMembershipLost(error)
            ? new PartitionLost()
            : explainError(error, { group: groupId, topics: [topic] });
        }
      },
    };
    consumer.pause(at);
    owned.set(key(topic, partition), { partition: assigned, lose });
    handlers.assigned(assigned);
  };

  const eachBatch =
    (member: Member) =>
    async ({ batch, resolveOffset, commitOffsetsIfNecessary, isStale }: EachBatchPayload): Promise<void> => {
      member.commit = commitOffsetsIfNecessary;
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
    const consumer = kafka.consumer({
      groupId,
      partitionAssigners: [assigner],
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 10),
      rebalanceTimeout: Math.max(60_000, sessionTimeoutMs * 2),
      maxBytesPerPartition: fetchBytes,
      maxBytes: fetchMaxBytes,
      maxWaitTimeInMs: fetchWaitMs,
      // A crash is answered here, by a new consumer, whatever its cause: kafkajs restarts only after some of them.
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure: async () => false },
    });
    const member: Member = { consumer, id: '', commit: undefined, isOver: false };
    consumer.on('consumer.group_join', ({ payload }) => {
      // A join that was under way when the consumer was told to end.
      if (member.isOver) return;
      member.id = payload.memberId;
      had = payload.memberAssignment;
      const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
        numbers.map((number) => ({ topic, number })),
      );
      for (const { topic, number } of partitions) own(member, topic, number);
      handlers.joined(partitions.length);
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
        eachBatch: eachBatch(member),
      });
    };
    try {
      await stillWaiting({ what: `the consumer group ${groupId}`, signal: stopped.signal, logger, health }, join);
      return await ended.promise;
    } catch (error) {
      return describeError(explainError(error, asked));
    } finally {
      member.isOver = true;
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

/** What changes in the life of one kafkajs consumer. */
interface Member {
  readonly consumer: Consumer;
  id: string;
  /** It is being left: what it may still be given is nobody's. */
  isOver: boolean;
  /** Commits without kafkajs's own retries, which could end up in a later generation. It comes with the first batch. */
  commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
}

/** The broker's answers to a member that is not one any more, or whose group is moving on. */
const lostTypes = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID']);

const isMembershipLost = (error: unknown): boolean =>
  causes(error).some((cause) => 'type' in cause && lostTypes.has(String(cause.type)));
