import type { TopicReader } from '../fetch/topic-reader.ts';
import type { FetchedOffset, GroupOffset, Membership, Place } from '../group/group-offset.ts';
import { groupOffsets, type GroupOffsets } from '../group/group-offsets.ts';
import type { TransactionalProducer } from '../produce/transactional-producer.ts';
import { groupCoordinator } from './cluster.ts';
import type { Connection } from './connection.ts';
import { explained } from './explain-error.ts';
import type { LazyCluster } from './lazy-cluster.ts';
import { endLostTransaction } from './produce/lost-transaction.ts';
import { createTransactionalProducer } from './produce/transactional-producer.ts';
import { fetchStableOffsets, isUnstable } from './requests/offset-fetch.ts';

interface OffsetsOptions {
  groupId: string;
  /** Undefined for a process outside the group. */
  membership: Membership | undefined;
  transactionTimeoutMs: number;
  places: readonly Place[];
  /** Undefined for a process that leaves lost transactions to the owners: only they know what was published. */
  publishes: readonly string[] | undefined;
  commitPlainly: (offsets: readonly GroupOffset[]) => Promise<void>;
}

/** Opens offsets of groups; all share one connection to the coordinators. */
export function offsetsOpener(connection: Connection, reader: TopicReader, coordinators: LazyCluster) {
  const fetchOffsets = async (groupId: string, places: readonly Place[]): Promise<FetchedOffset[]> => {
    const cluster = await coordinators.get();
    const coordinator = await cluster.findGroupCoordinator({ groupId, coordinatorType: groupCoordinator });
    return fetchStableOffsets(coordinator, groupId, places);
  };
  return {
    open(options: OffsetsOptions): GroupOffsets {
      const { groupId, commitPlainly } = options;
      const areUnstable = async (of: readonly Place[]) => (await fetchOffsets(groupId, of)).some(isUnstable);
      return groupOffsets(options, {
        commitPlainly,
        fetchOffsets: (places) => fetchOffsets(groupId, places),
        ends: (topic) => reader.ends(topic),
        openProducer: (transactionalId, of) =>
          explained(
            openProducer(connection, options, transactionalId, () => areUnstable(of)),
            { transactionalId, group: groupId },
          ),
      });
    },
  };
}

async function openProducer(
  { kafka, admin, logger, compression }: Connection,
  { groupId, membership, publishes, transactionTimeoutMs }: OffsetsOptions,
  transactionalId: string,
  areOffsetsOpen: () => Promise<boolean>,
): Promise<TransactionalProducer> {
  // Of a transaction that broke off before it came to its offsets, only what it published is open: so both are watched.
  if (publishes !== undefined)
    await endLostTransaction(kafka, {
      ...{ transactionalId, logger, topics: publishes, watched: publishes },
      group: { groupId, areOffsetsOpen },
    });
  return createTransactionalProducer(kafka, admin, {
    ...{ transactionalId, compression, transactionTimeoutMs },
    group: { groupId, membership },
  });
}
