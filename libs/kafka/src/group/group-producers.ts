import type { TransactionalProducer } from '../produce/transactional-producer.ts';
import { RecordsRefused } from '../produce/records-refused.ts';
import type { CommitRequest } from './commit-request.ts';
import type { Place } from './group-offset.ts';
import { lostOr } from './partition-lost.ts';

/** The producers with which a process publishes records and commits offsets: one for all its partitions, one for each that failed. */
export interface GroupProducers {
  /** Fences earlier producers of the same ids, so that what they left under way is ended or refused. */
  fence(place: Place): Promise<void>;
  /** Has the shared producer open again with the next `fence`, unless it is publishing. */
  forgetShared(): Promise<void>;
  /** @throws PartitionLost, RecordsRefused, and what leaves the outcome unknown */
  publishTogether(requests: readonly CommitRequest[]): Promise<void>;
  /** With a separate producer, so that it holds up no other partition. @throws like `publishTogether` */
  publishAlone(request: CommitRequest): Promise<void>;
  close(): Promise<void>;
}

const name = ({ topic, partition }: Place): string => `${topic}-${partition}`;

/**
 * The shared producer's id is made of the first of the partitions, which no other member of the generation has: a process that takes the
 * place of another ends its transaction when it opens the producer. A transaction whose id is never opened again ends after the transaction timeout.
 */
export function groupProducers(options: {
  groupId: string;
  places: readonly Place[];
  open(transactionalId: string, of: readonly Place[]): Promise<TransactionalProducer>;
}): GroupProducers {
  const { groupId, places, open } = options;
  const [first] = places;
  const shared = reopening(() => open(`${groupId}-${first === undefined ? '' : name(first)}-all`, places));
  const alone = new Map<string, ReopeningProducer>();
  let publishing = 0;

  const publish = async (
    producer: ReopeningProducer,
    requests: readonly CommitRequest[],
    apart = false,
  ): Promise<void> => {
    const opened = await producer.open();
    publishing++;
    try {
      const records = requests.flatMap((request) => request.records);
      await opened.publish(records, { apart, offsets: requests });
    } catch (error) {
      await producer.close();
      throw lostOr(error);
    } finally {
      publishing--;
    }
  };

  return {
    async fence(place) {
      await shared.open();
      await alone.get(name(place))?.open();
    },
    async forgetShared() {
      if (publishing === 0) await shared.close();
    },
    publishTogether: (requests) => publish(shared, requests),
    async publishAlone(request) {
      const place = name(request);
      const producer = alone.get(place) ?? reopening(() => open(`${groupId}-${place}`, [request]));
      alone.set(place, producer);
      await publish(producer, [request]).catch((error: unknown) => {
        // Of several records the broker does not say which it refuses.
        if (error instanceof RecordsRefused && error.together) return publish(producer, [request], true);
        throw error;
      });
      alone.delete(place);
      await producer.close();
    },
    async close() {
      await Promise.all([shared, ...alone.values()].map((producer) => producer.close()));
    },
  };
}

interface ReopeningProducer {
  open(): Promise<TransactionalProducer>;
  close(): Promise<void>;
}

/** A producer that is opened when it is needed, once for all who ask at the same time. */
function reopening(open: () => Promise<TransactionalProducer>): ReopeningProducer {
  let opened: Promise<TransactionalProducer> | undefined;
  return {
    open() {
      if (opened !== undefined) return opened;
      const started = open();
      opened = started;
      started.catch(() => {
        if (opened === started) opened = undefined;
      });
      return started;
    },
    async close() {
      const current = opened;
      opened = undefined;
      await current?.then(
        (producer) => producer.close(),
        () => {},
      );
    },
  };
}
