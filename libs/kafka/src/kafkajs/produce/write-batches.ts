// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import { isRetriable } from '../../retries/causes.ts';
import { brief, retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { produceBatches, type BatchError, type PartitionBatch } from '../requests/produce.ts';
import type { TransactionCoordinator } from './transaction-coordinator.ts';

/** How long a leader may wait for its replicas. */
const replicationTimeoutMs = 30_000;

/** What one request to each leader came to. */
interface Round {
  /** Refused for what they are. */
  readonly refused: Map<PartitionBatch, Error>;
  /** Not taken yet, and the last reason. */
  readonly again: PartitionBatch[];
  reason?: Error;
}

/**
 * Writes batches of a transaction to their leaders, and retries those that a leader cannot take yet.
 *
 * @returns those that are refused, and why
 * @throws where a batch is not taken after some tries
 */
export async function writeBatches(
  coordinator: TransactionCoordinator,
  batches: readonly PartitionBatch[],
): Promise<ReadonlyMap<PartitionBatch, Error>> {
  const refused = new Map<PartitionBatch, Error>();
  let open = batches;
  await retryWhileRetriable({ ...brief, beforeRetry: () => coordinator.cluster.refreshMetadata() }, async () => {
    const round = await writeOnce(coordinator, open);
    for (const [batch, error] of round.refused) refused.set(batch, error);
    open = round.again;
    if (round.reason !== undefined) throw round.reason;
  });
  return refused;
}

async function writeOnce(coordinator: TransactionCoordinator, batches: readonly PartitionBatch[]): Promise<Round> {
  const { cluster } = coordinator;
  const round: Round = { refused: new Map(), again: [] };
  const leaderOf = ({ topic, partition }: PartitionBatch): number | undefined =>
    cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader;
  const toLeader = async (leader: number | undefined, group: readonly PartitionBatch[]): Promise<void> => {
    try {
      noteErrors(round, group, await sendToLeader(coordinator, leader, group));
    } catch (error) {
      if (!isRetriable(error)) throw error;
      round.again.push(...group);
      round.reason = error;
    }
  };
  await Promise.all([...Map.groupBy(batches, leaderOf)].map(([leader, group]) => toLeader(leader, group)));
  return round;
}

async function sendToLeader(
  { cluster, transactionalId, addsPartitions }: TransactionCoordinator,
  leader: number | undefined,
  batches: readonly PartitionBatch[],
): Promise<readonly BatchError[]> {
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  return produceBatches(broker, transactionalId, batches, { timeoutMs: replicationTimeoutMs, addsPartitions });
}

function noteErrors(round: Round, batches: readonly PartitionBatch[], errors: readonly BatchError[]): void {
  for (const { topic, partition, errorCode } of errors) {
    const batch = batches.find((one) => one.topic === topic && one.partition === partition);
    const error = createErrorFromCode(errorCode);
    // A repetition of what the leader has.
    if (batch === undefined || error.type === 'DUPLICATE_SEQUENCE_NUMBER') continue;
    if (!error.retriable) round.refused.set(batch, error);
    else {
      round.again.push(batch);
      round.reason = error;
    }
  }
}
