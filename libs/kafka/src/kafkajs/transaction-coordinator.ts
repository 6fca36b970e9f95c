import type { Kafka } from 'kafkajs';
import { isRetriable } from '../retries/causes.ts';
import { offsetsByTopic, type GroupOffset } from '../group/offsets-by-topic.ts';
import { mostShortTries, shortPause } from '../retries/short-pause.ts';
import { newCluster, type Broker, type Cluster } from './cluster.ts';
import { endTransaction, type ProducerIdentity } from './requests/end-transaction.ts';
import { transactionVersion } from './requests/transaction-version.ts';
import { commitTransactionalOffsets, type Membership } from './requests/txn-offset-commit.ts';

/** As kafkajs numbers them. */
type CoordinatorType = 0 | 1;
const [groupCoordinator, transactionCoordinator] = [0, 1] as const;

/** The coordinators of one transactional producer, which is known to them. */
export interface TransactionCoordinator {
  readonly cluster: Cluster;
  /** Other after each transaction where `addsPartitions`. */
  readonly producer: ProducerIdentity;
  /** Whether a batch adds its partition to the transaction: `addPartitions` does nothing then. */
  readonly addsPartitions: boolean;
  addPartitions(topics: readonly { topic: string; partitions: readonly number[] }[]): Promise<void>;
  addOffsets(groupId: string, membership: Membership | undefined, offsets: readonly GroupOffset[]): Promise<void>;
  /** Tried once: where the answer is lost, so is the outcome. */
  end(isCommitted: boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Introduces a producer to its coordinator, which fences all earlier ones of its transactional id and ends what they left open. kafkajs's own
 * transactional producer asks three times for each transaction who the coordinators are, and its offsets carry no membership.
 *
 * Where a coordinator has moved, what is asked of it fails, and a producer that has failed is to be replaced.
 */
export async function openCoordinator(
  kafka: Kafka,
  options: { transactionalId: string; transactionTimeoutMs: number },
): Promise<TransactionCoordinator> {
  const { transactionalId, transactionTimeoutMs } = options;
  const cluster = newCluster(kafka);
  const found = new Map<string, Broker>();
  const coordinator = async (groupId: string, coordinatorType: CoordinatorType): Promise<Broker> => {
    const name = `${coordinatorType}/${groupId}`;
    const known = found.get(name);
    if (known?.isConnected() === true) return known;
    const broker = await cluster.findGroupCoordinator({ groupId, coordinatorType });
    found.set(name, broker);
    return broker;
  };
  /** Repeats what fails for a reason that passes: back-to-back transactions meet CONCURRENT_TRANSACTIONS for some milliseconds. */
  const whileItPasses = async <T>(act: () => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      try {
        return await act();
      } catch (error) {
        if (tries === mostShortTries || !isRetriable(error)) throw error;
        found.clear();
        await shortPause(tries);
      }
    }
  };
  const ask = <T>(act: (broker: Broker) => Promise<T>): Promise<T> =>
    whileItPasses(async () => act(await coordinator(transactionalId, transactionCoordinator)));
  try {
    await cluster.connect();
    const isImplicit = (await ask(transactionVersion)) >= 2;
    let producer: ProducerIdentity = await ask((broker) =>
      broker.initProducerId({ transactionalId, transactionTimeout: transactionTimeoutMs }),
    );
    return {
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
        await whileItPasses(async () =>
          commitTransactionalOffsets(
            await coordinator(groupId, groupCoordinator),
            { transactionalId, ...producer, groupId, topics: offsetsByTopic(offsets) },
            { membership, addsGroup: isImplicit },
          ),
        );
      },
      async end(isCommitted) {
        const broker = await coordinator(transactionalId, transactionCoordinator);
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
