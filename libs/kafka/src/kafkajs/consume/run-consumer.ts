import { describeError, stillWaiting } from '@sluice/telemetry';
import type { Admin, Consumer, ConsumerConfig, Kafka } from 'kafkajs';
import { fetchPace, type FetchPace } from '../../group/fetch-pace.ts';
import type { GroupOptions } from '../../group/group-consumer.ts';
import type { Place } from '../../group/group-offset.ts';
import type { Assignment } from '../../group/sticky-assignment.ts';
import { explainError } from '../explain-error.ts';
import {
  hooked,
  type ConsumerGroup,
  type ConsumerGroupHooks,
  type FetchedPartition,
} from '../patches/consumer-group.ts';
import { isFetchedMessage } from '../patches/fetch-decoder.ts';
import { openGeneration, type Generation, type OpenOffsets } from './generation.ts';
import { handOver } from './hand-over.ts';
import { stickyAssigner } from './sticky-assigner.ts';

export type MemberOptions = GroupOptions & { openOffsets: OpenOffsets };

/** A member of a group. It outlives its consumers, so that the next one gets the same partitions again. */
export interface Member {
  /** Its last assignment. */
  had: Assignment;
  /** Undefined while it has no partitions. */
  generation: Generation | undefined;
}

/** One life of a consumer: until it crashes, or `stopped` is aborted. @returns why it ended */
export async function runConsumer(
  kafka: Kafka,
  admin: Admin,
  member: Member,
  options: MemberOptions & { stopped: AbortSignal },
): Promise<string> {
  const { groupId, topics, handlers, logger, health, stopped } = options;
  const asked = { group: groupId, topics };
  const ended = Promise.withResolvers<string>();
  const stop = () => ended.resolve('stopped');
  stopped.addEventListener('abort', stop);
  /** Set before the first join. */
  let group: ConsumerGroup | undefined;
  /** The consumer is being replaced or stopped: an assignment that still arrives is ignored. */
  let isOver = false;

  const joining = (joined: ConsumerGroup): void => void (group = joined);
  const assigner = stickyAssigner(admin, { had: () => member.had, onJoining: () => loseGeneration(member) });
  const consumer = kafka.consumer({
    ...consumerConfig(options),
    partitionAssigners: [hooked(assigner, { joining, ...pacedFetches(options) })],
  });
  consumer.on('consumer.group_join', ({ payload: { memberAssignment } }) => {
    // A join that was under way when the consumer was stopped.
    if (isOver || group === undefined) return;
    member.had = memberAssignment;
    const places = placesOf(memberAssignment);
    member.generation = openGeneration(places, { ...options, group, consumer });
    for (const partition of member.generation.partitions) handlers.assigned(partition);
    handlers.joined(places.length);
  });
  consumer.on('consumer.crash', ({ payload }) => ended.resolve(describeError(explainError(payload.error, asked))));
  try {
    const joins = () => join(consumer, admin, member, options);
    await stillWaiting({ what: `the consumer group ${groupId}`, signal: stopped, logger, health }, joins);
    return await ended.promise;
  } catch (error) {
    return describeError(explainError(error, asked));
  } finally {
    isOver = true;
    stopped.removeEventListener('abort', stop);
    loseGeneration(member);
    await consumer.disconnect().catch(() => {});
  }
}

function loseGeneration(member: Member): void {
  const { generation } = member;
  member.generation = undefined;
  generation?.lose();
}

async function join(
  consumer: Consumer,
  admin: Admin,
  member: Member,
  { topics, handlers }: MemberOptions,
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    // All partitions of a fetch are held at the same time, not one after the other. kafkajs wakes them all for each fetch.
    partitionsConsumedConcurrently: await partitionCount(admin, topics),
    eachBatch: (payload) => {
      const { topic, partition } = payload.batch;
      return handOver(payload, member.generation?.find(topic, partition), handlers);
    },
  });
}

/**
 * A member hears at its next heartbeat that others join or leave, and until then their partitions stand still. Kafka's default is 3 s, for
 * groups of thousands.
 */
const mostHeartbeatMs = 500;

const consumerConfig = ({ groupId, sessionTimeoutMs, fetchBytes, fetchMaxBytes }: GroupOptions): ConsumerConfig => ({
  groupId,
  sessionTimeout: sessionTimeoutMs,
  heartbeatInterval: Math.min(mostHeartbeatMs, Math.floor(sessionTimeoutMs / 10)),
  rebalanceTimeout: Math.max(60_000, sessionTimeoutMs * 2),
  maxBytesPerPartition: fetchBytes,
  maxBytes: fetchMaxBytes,
  // `joinGroup` replaces a consumer that crashes, whatever the cause: kafkajs restarts only after some of them.
  retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure: async () => false },
});

/** So many bytes are handed over at once: the pieces of a batch that is as large as sinks write. */
const fullFetchBytes = 512 * 1024;

/** Fetches from each broker at its own pace. */
function pacedFetches({ lingerMs, fetchMaxBytes }: GroupOptions): Pick<ConsumerGroupHooks, 'fetching' | 'fetched'> {
  const paces = new Map<string, FetchPace>();
  const paceOf = (nodeId: string): FetchPace => {
    const pace = paces.get(nodeId) ?? fetchPace({ lingerMs, fullBytes: Math.min(fullFetchBytes, fetchMaxBytes) });
    paces.set(nodeId, pace);
    return pace;
  };
  return {
    fetching: (group, nodeId) => paceOf(nodeId).next(group.paused().length > 0),
    fetched: (nodeId, partitions) => paceOf(nodeId).answered(partitions.some(hasRecords)),
  };
}

const hasRecords = ({ rawMessages: [message] }: FetchedPartition): boolean =>
  isFetchedMessage(message) && message.set.records.length > 0;

const placesOf = (assignment: Assignment): Place[] =>
  Object.entries(assignment)
    .flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
    .toSorted((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition));

/** The partitions of all topics together, at least 1. */
async function partitionCount(admin: Admin, topics: readonly string[]): Promise<number> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
  return Math.max(
    1,
    found.reduce((sum, { partitions }) => sum + partitions.length, 0),
  );
}
