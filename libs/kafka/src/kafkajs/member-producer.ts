// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="../untyped-modules.d.ts" />
import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import createProducer from 'kafkajs/src/producer/index.js';
import { newCluster, type Broker, type Cluster, type TransactionalOffsets } from './cluster.ts';
import { commitTransactionalOffsets, type Membership } from './txn-offset-commit.ts';

/** As kafkajs numbers them. */
const groupCoordinator = 0;

/**
 * kafkajs's transactional producer, whose offsets carry a membership. It asks once who its coordinators are, and not three times for each
 * transaction: where that has changed, the transaction fails, and a producer that has failed is replaced.
 *
 * @param options.membership undefined for one that is no member of the group whose offsets it commits
 */
export function memberProducer(
  kafka: Kafka,
  options: { transactionalId: string; transactionTimeoutMs: number; membership: Membership | undefined },
): Producer {
  const { transactionalId, transactionTimeoutMs, membership } = options;
  const cluster = newCluster(kafka);
  const coordinators = new Map<number, Broker>();
  const findGroupCoordinator: Cluster['findGroupCoordinator'] = async (request) => {
    const known = coordinators.get(request.coordinatorType);
    if (known?.isConnected() === true) return known;
    const found = await cluster.findGroupCoordinator(request);
    const broker = request.coordinatorType === groupCoordinator ? committingFor(found, membership) : found;
    coordinators.set(request.coordinatorType, broker);
    return broker;
  };
  return createProducer({
    // Proxies, because kafkajs keeps state in the cluster and its brokers themselves.
    cluster: proxied(cluster, { findGroupCoordinator }),
    logger: kafka.logger(),
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: transactionTimeoutMs,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    // Back-to-back transactions meet CONCURRENT_TRANSACTIONS for a moment; kafkajs's usual 300 ms would be most of their time.
    retry: { retries: 10, initialRetryTime: 10, maxRetryTime: 2_000 },
  });
}

const committingFor = (broker: Broker, membership: Membership | undefined): Broker =>
  proxied(broker, {
    txnOffsetCommit: (offsets: TransactionalOffsets) => commitTransactionalOffsets(broker, offsets, membership),
  });

/** The same object, but for some methods. */
const proxied = <T extends object>(target: T, own: Partial<T>): T =>
  new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(name in own ? own : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
