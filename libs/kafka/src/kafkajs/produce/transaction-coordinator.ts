import type { Kafka } from 'kafkajs';
import type { GroupOffset, Membership } from '../../group/group-offset.ts';
import { brief, retryWhileRetriable } from '../../retries/retry-while-retriable.ts';
import { groupCoordinator, newCluster, transactionCoordinator, type Broker, type Cluster } from '../cluster.ts';
import { offsetsByTopic } from '../offsets-by-topic.ts';
import { endTransaction, type ProducerIdentity } from '../requests/end-transaction.ts';
import { transactionVersion } from '../requests/transaction-version.ts';
import { commitTransactionalOffsets } from '../requests/txn-offset-commit.ts';

/** What one transactional producer asks of its coordinators, which know it by now. */
export interface TransactionCoordinator {
  readonly transactionalId: string;
  readonly cluster: Cluster;
  /** Changes with each transaction where `addsPartitions`. */
  readonly producer: ProducerIdentity;
  /** Whether a batch adds its partition to the transaction: `addPartitions` does nothing then. */
  readonly addsPartitions: boolean;
  addPartitions(topics: readonly { topic: string; partitions: readonly number[] }[]): Promise<void>;
  addOffsets(groupId: string, membership: Membership | undefined, offsets: readonly GroupOffset[]): Promise<void>;
  /** Tried once: where the answer is lost, the outcome is unknown. */
  end(isCommitted: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Introduces a producer to its coordinator, which fences all earlier ones of its transactional id and ends what they left open. kafkajs's own
 * transactional producer asks three times for each transaction who the coordinators are, and its offsets carry no membership.
 *
 * Where a coordinator has moved, requests to it fail; replace a producer that has failed.
 */
export async function openCoordinator(
  kafka: Kafka,
  options: { transactionalId: string; transactionTimeoutMs: number },
): Promise<TransactionCoordinator> {
  const { transactionalId, transactionTimeoutMs } = options;
  const cluster = newCluster(kafka);
  const coordinators = coordinatorsOf(cluster);
  const ask = <T>(act: (broker: Broker) => Promise<T>): Promise<T> =>
    coordinators.ask(transactionalId, transactionCoordinator, act);
  try {
    await cluster.connect();
    const isImplicit = (await ask(transactionVersion)) >= 2;
    let producer: ProducerIdentity = await ask((broker) =>
      broker.initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs }),
    );
    return {
      transactionalId,
      cluster,
      addsPartitions: isImplicit,
      get producer() {
        return producer;
      },
      async addPartitions(topics) {
        if (!isImplicit) await ask((broker) => broker.addPartitionsToTxn({ transactionalId, ...producer, topics }));
      },
      async addOffsets(groupId, membership, offsets) {
        if (!isImplicit) await ask((broker) => broker.addOffsetsToTxn({ transactionalId, ...producer, groupId }));
        const request = { transactionalId, ...producer, groupId, topics: offsetsByTopic(offsets) };
        await coordinators.ask(groupId, groupCoordinator, (broker) =>
          commitTransactionalOffsets(broker, request, { membership, addsGroup: isImplicit }),
        );
      },
      async end(isCommitted) {
        const broker = await coordinators.find(transactionalId, transactionCoordinator);
        if (isImplicit) producer = await endTransaction(broker, transactionalId, producer, isCommitted);
        else await broker.endTxn({ transactionalId, ...producer, transactionResult: isCommitted });
      },
      close: () => cluster.disconnect(),
    };
  } catch (error) {
    await cluster.disconnect().catch(() => {});
    throw error;
  }
}

/** Remembers coordinators for as long as their connections last. */
function coordinatorsOf(cluster: Cluster) {
  const found = new Map<string, Broker>();
  const find = async (groupId: string, coordinatorType: 0 | 1): Promise<Broker> => {
    const name = `${coordinatorType}/${groupId}`;
    const known = found.get(name);
    if (known?.isConnected() === true) return known;
    const broker = await cluster.findGroupCoordinator({ groupId, coordinatorType });
    found.set(name, broker);
    return broker;
  };
  return {
    find,
    /** Retries what passes: back-to-back transactions meet CONCURRENT_TRANSACTIONS for some milliseconds. */
    ask: <T>(groupId: string, type: 0 | 1, act: (broker: Broker) => Promise<T>): Promise<T> =>
      retryWhileRetriable({ ...brief, beforeRetry: () => found.clear() }, async () => act(await find(groupId, type))),
  };
}
