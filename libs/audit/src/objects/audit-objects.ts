import type { ObjectReader } from '@sluice/objects';
import { recordId, type KafkaRecord, type PartitionRange } from '@sluice/kafka';
import { topicName } from '@sluice/contracts';
import type { Auditor, TopicAuditOptions } from '../auditor.ts';
import type { CutPartition } from '../reading/consistent-cut.ts';
import { topicDeadLetters } from '../reading/dead-letters.ts';
import { placeLong } from '../ledger/long-set.ts';
import { passedOffsets } from '../ledger/passed-offsets.ts';
import { deliveredRecords } from '../reading/delivered-records.ts';
import { readPast, type UnreadableOffsets } from '../reading/read-past.ts';
import { recordJson } from '../reading/record-json.ts';
import { RecordLedger } from '../ledger/record-ledger.ts';
import { recordTime } from '../reading/record-time.ts';
import type { TopicAudit } from '../topic-audit.ts';
import { unitCut } from '../reading/unit-cut.ts';
import { judgeAnnouncements } from './chain/judge-announcements.ts';
import { listObjects, type ObjectListing } from './list-objects.ts';
import { ObjectFaults } from './object-faults.ts';
import { PartitionChain } from './chain/partition-chain.ts';
import { rowDifference } from './row-difference.ts';

/** So many partitions are read at a time, each with one open object. */
const partitionsAtOnce = 8;

/**
 * Compares the records of topics with the objects that a sink wrote to a bucket.
 *
 * Each record before the cut must have exactly one row, in objects that form a chain without gap or overlap, say in their metadata
 * what they hold, and were announced once; or it is among the dead letters by the sink.
 *
 * @param options.name the sink's project name
 */
export function objectAuditor(reader: ObjectReader, { name: sink }: { name: string }): Auditor {
  return {
    name: sink,
    // A small object may wait for ten minutes.
    patienceSeconds: 900,
    close: async () => {},
    async audit(options) {
      const { access, contract, group, waitMs, progress } = options;
      const topic = topicName(contract);
      const cut = await unitCut({
        kafka: access.kafka,
        topic,
        group,
        waitMs,
        signal: access.signal,
        onWaiting: (records) => progress.show(`${topic}: waiting for the group ${group}, records to go`, records),
      });
      if (cut === undefined) return undefined;
      const faults = new ObjectFaults();
      const onObject = (count: number) => progress.show(`${topic}: objects listed`, count);
      const listing = await listObjects({ reader, contract, cut, faults, signal: access.signal, onObject });
      await judgeAnnouncements({ access, topic, reader, group, cut, listing, faults });
      return compare({ ...options, sink, reader, cut, listing, faults });
    },
  };
}

async function compare(
  options: TopicAuditOptions & {
    sink: string;
    reader: ObjectReader;
    cut: readonly CutPartition[];
    listing: ObjectListing;
    faults: ObjectFaults;
  },
): Promise<TopicAudit> {
  const { access, contract, group, progress, sink, reader, cut, listing, faults } = options;
  const { kafka, signal } = access;
  const topic = topicName(contract);
  const deadLetters = await topicDeadLetters(kafka, topic, { by: [sink], group }, signal);
  const ledger = new RecordLedger();
  const read = recordJson({ ...access, contract });
  const context = {
    contract,
    prefix: reader.prefix,
    ledger,
    faults,
    differs: rowDifference({ contract, read }),
    timeOf: async (record: KafkaRecord) => recordTime(record, await read(record), contract),
    rowsOf: (object: ObjectListing['compared'][number]) => reader.rows(object),
  };
  const total = cut.reduce((sum, { first, to }) => sum + Number(to - first), 0);
  const unreadable: UnreadableOffsets[] = [];
  let done = 0;
  for (let at = 0; at < cut.length; at += partitionsAtOnce) {
    const chains = new Map(
      cut.slice(at, at + partitionsAtOnce).map(({ partition, first, to }) => {
        const objects = listing.compared.filter((object) => object.partition === partition);
        return [
          partition,
          { from: first, to, chain: new PartitionChain(partition, { from: first, to }, objects, context) },
        ];
      }),
    );
    const ranges: PartitionRange[] = [...chains].map(([partition, { from, to }]) => ({ partition, from, to }));
    try {
      const found = await readPast(
        kafka,
        topic,
        ranges,
        deadLetters.skipped,
        async (records, partition) => {
          const chain = chains.get(partition)?.chain;
          for (const record of deliveredRecords(contract, records)) {
            const id = recordId(contract, partition, record);
            await chain?.judge(record, id, deadLetters.places.has(placeLong(partition, record.offset)));
            progress.show(`${topic}: records compared with objects`, ++done, total);
          }
        },
        signal,
      );
      unreadable.push(...found);
      for (const { chain } of chains.values()) await chain.finish();
    } finally {
      for (const { chain } of chains.values()) await chain.close();
    }
  }
  const ends = (await kafka.ends(topic)) ?? [];
  const firstNow = new Map(ends.map(({ partition, first }) => [partition, first]));
  const objects = faults.result({
    count: listing.compared.length,
    beyondCut: listing.beyondCut,
    notInKafkaAnyMore: listing.older,
  });
  const audit = ledger.result({
    ...{ topic, destination: sink, group, cut, firstNow, older: listing.olderRecords },
    passed: passedOffsets(cut, deadLetters.skipped, unreadable),
  });
  return { ...audit, ok: audit.ok && objects.faultCount === 0, objects };
}
