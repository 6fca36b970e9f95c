import { recordId, type KafkaRecord, type PartitionRange } from '@sluice/kafka';
import { topicName, type EventContract } from '@sluice/contracts';
import type { DestinationReader } from '@sluice/sink';
import { consistentCut, type CutPartition } from '../reading/consistent-cut.ts';
import type { AuditAccess, AuditProgress, Auditor } from '../auditor.ts';
import { topicDeadLetters } from '../reading/dead-letters.ts';
import { EventLedger } from '../ledger/event-ledger.ts';
import { expectedEvents } from '../ledger/expected-events.ts';
import { idHash, LongSet, placeLong } from '../ledger/long-set.ts';
import { passedOffsets } from '../ledger/passed-offsets.ts';
import { summary } from '../ledger/summary.ts';
import { deliveredRecords } from '../reading/delivered-records.ts';
import { readPast, type UnreadableOffsets } from '../reading/read-past.ts';
import { mostNamed, type TopicAudit, type UnknownDocument } from '../topic-audit.ts';

/** Events are compared in slices of at most so many records and Avro bytes: what memory holds of both sides at a time. */
const sliceRecords = 2_000;
const sliceBytes = 1024 * 1024;
/** Ids that are held at a time, 16 bytes each. A topic with more is read in several passes. */
const idsAtOnce = 5_000_000;

/** Audits a destination that keeps events under their ids: documents in Elasticsearch, for one. */
export const documentAuditor = (
  reader: DestinationReader,
  { name, patienceSeconds = 60 }: { name: string; patienceSeconds?: number },
): Auditor => ({
  name,
  patienceSeconds,
  audit: (options) => auditDocuments({ ...options, reader, name }),
  close: () => reader.close(),
});

/**
 * Compares one topic with its documents, up to a consistent cut.
 *
 * 1. Each record before the cut must have exactly one document, in its place, that says the same as one of the records with its id; or
 *    it is among the sink's dead letters.
 * 2. Each id of a document must be that of a record, before the cut or after.
 *
 * @returns undefined when there is no such topic
 */
export async function auditDocuments(options: {
  access: AuditAccess;
  reader: DestinationReader;
  /** See `Auditor.name`. */
  name: string;
  contract: EventContract;
  group: string;
  waitMs: number;
  progress: AuditProgress;
  idsAtOnce?: number;
}): Promise<TopicAudit | undefined> {
  const { access, reader, name, contract, group, waitMs, progress } = options;
  const { kafka, signal } = access;
  const topic = topicName(contract);
  const cut = await consistentCut({
    kafka,
    topic,
    group,
    waitMs,
    signal,
    onWaiting: (records) => progress.show(`${topic}: waiting for ${name}, records to go`, records),
  });
  if (cut === undefined) return undefined;
  await reader.refresh(contract);
  const deadLetters = await topicDeadLetters(kafka, topic, { by: [name], group }, signal);
  const { skipped } = deadLetters;
  const ledger = new EventLedger((partition, offset) => deadLetters.places.has(placeLong(partition, offset)));
  const total = cut.reduce((sum, { first, to }) => sum + Number(to - first), 0);
  const passes = Math.max(1, Math.ceil(total / (options.idsAtOnce ?? idsAtOnce)));
  const found = await comparePasses({ access, reader, contract, cut, skipped, ledger, progress, total, passes });
  const copies = cut.reduce((sum, { partition }) => {
    const { delivered, duplicates } = ledger.counts(partition);
    return sum + delivered + duplicates;
  }, 0);
  return summary({
    topic,
    destination: name,
    group,
    cut,
    counts: (partition) => ledger.counts(partition),
    documents: copies + found.unknownCount,
    ...ledger.findings(),
    ...passedOffsets(cut, skipped, found.unreadable),
    // Where Kafka has dropped its oldest records, an unknown document may be one of theirs.
    unknown: found.isCutShort ? [] : found.unknown,
    unknownCount: found.isCutShort ? 0 : found.unknownCount,
    notInKafkaAnyMore: found.isCutShort ? found.unknownCount : 0,
  });
}

interface Comparison {
  access: AuditAccess;
  reader: DestinationReader;
  contract: EventContract;
  cut: readonly CutPartition[];
  skipped: readonly PartitionRange[];
}

/** Compares records with documents in both directions, in each pass those whose ids are its turn. */
async function comparePasses(
  comparison: Comparison & { ledger: EventLedger; progress: AuditProgress; total: number; passes: number },
) {
  const { contract, progress, total, passes } = comparison;
  const topic = topicName(contract);
  let unreadable: UnreadableOffsets[] = [];
  const unknown: UnknownDocument[] = [];
  let unknownCount = 0;
  let isCutShort = false;
  for (let number = 0; number < passes; number++) {
    const step = passes === 1 ? '' : ` (pass ${number + 1} of ${passes})`;
    const pass = {
      ...comparison,
      ids: new LongSet(),
      isTurn: (hash: bigint) => passes === 1 || Number(hash >> 40n) % passes === number,
    };
    // The same in each pass.
    unreadable = await compareRecords({
      ...pass,
      onRecords: (done) => progress.show(`${topic}: records compared${step}`, done, total),
    });
    const found = await unknownDocuments({
      ...pass,
      onDocuments: (done) => progress.show(`${topic}: documents looked at${step}`, done),
    });
    isCutShort ||= found.isCutShort;
    unknownCount += found.count;
    for (const one of found.documents) if (unknown.length < mostNamed) unknown.push(one);
  }
  return { unreadable, unknown, unknownCount, isCutShort };
}

interface Pass extends Comparison {
  /** The ids of all records that were read in this pass. */
  ids: LongSet;
  /** Whether ids of this hash are this pass's. */
  isTurn: (hash: bigint) => boolean;
}

/** @returns what cannot be read */
async function compareRecords(
  pass: Pass & { ledger: EventLedger; onRecords: (done: number) => void },
): Promise<UnreadableOffsets[]> {
  const { access, reader, contract, cut, skipped, ids, isTurn, ledger, onRecords } = pass;
  const { kafka, codec, logger, signal } = access;
  const topic = topicName(contract);
  const expected = expectedEvents({ codec, contract, placeOf: reader.placeOf(contract), logger, signal });
  let done = 0;

  const compare = async (slice: readonly { record: KafkaRecord; id: string; hash: bigint }[], partition: number) => {
    const wanted = [...new Set(slice.map(({ id }) => id))];
    const found = Map.groupBy(await reader.find(contract, wanted), ({ id }) => id);
    for (const { record, id, hash } of slice) {
      ledger.judge(await expected(record, partition, id), found.get(id) ?? [], ids.add(hash));
    }
  };

  return readPast(
    kafka,
    topic,
    cut.map(({ partition, first, to }) => ({ partition, from: first, to })),
    skipped,
    async (records, partition) => {
      for (const slice of slices(deliveredRecords(contract, records))) {
        const identified = slice.map((record) => {
          const id = recordId(contract, partition, record);
          return { record, id, hash: idHash(id) };
        });
        await compare(
          identified.filter(({ hash }) => isTurn(hash)),
          partition,
        );
        done += slice.length;
        onRecords(done);
      }
    },
    signal,
  );
}

/** Documents whose ids no record has, neither before the cut nor after. */
async function unknownDocuments(
  pass: Pass & { onDocuments: (done: number) => void },
): Promise<{ documents: UnknownDocument[]; count: number; isCutShort: boolean }> {
  const { access, reader, contract, cut, skipped, ids, isTurn, onDocuments } = pass;
  const { kafka, signal } = access;
  const topic = topicName(contract);
  const snapshot = await reader.snapshot(contract);
  try {
    // Whatever the snapshot holds was a record before it was taken: what came after the cut is read from here.
    const ends = (await kafka.ends(topic)) ?? [];
    const after = ends.map(({ partition, end }) => ({
      partition,
      from: cut.find((one) => one.partition === partition)?.to ?? 0n,
      to: end,
    }));
    const remember = (records: readonly KafkaRecord[], partition: number) => {
      for (const record of records) {
        const hash = idHash(recordId(contract, partition, record));
        if (isTurn(hash)) ids.add(hash);
      }
    };
    await readPast(kafka, topic, after, skipped, remember, signal);
    const documents: UnknownDocument[] = [];
    let [count, done] = [0, 0];
    for await (const page of snapshot.pages()) {
      signal.throwIfAborted();
      done += page.length;
      onDocuments(done);
      for (const document of page) {
        const hash = idHash(document.id);
        if (!isTurn(hash) || ids.has(hash)) continue;
        count++;
        if (documents.length < mostNamed) documents.push({ id: document.id, place: document.place });
      }
    }
    return { documents, count, isCutShort: ends.some(({ first }) => first > 0n) };
  } finally {
    await snapshot.close();
  }
}

function* slices(records: readonly KafkaRecord[]): Generator<KafkaRecord[]> {
  let slice: KafkaRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    slice.push(record);
    bytes += record.value?.length ?? 0;
    if (slice.length < sliceRecords && bytes < sliceBytes) continue;
    yield slice;
    [slice, bytes] = [[], 0];
  }
  if (slice.length > 0) yield slice;
}
