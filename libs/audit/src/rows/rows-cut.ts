import { topicName, storedObject } from '@sluice/contracts';
import { pause } from '@sluice/telemetry';
import type { TopicAuditOptions } from '../auditor.ts';
import type { CutPartition } from '../reading/consistent-cut.ts';
import { readAnnouncements } from '../objects/chain/announcements.ts';
import { unitCut } from '../reading/unit-cut.ts';

const pollMs = 500;

/** The announcements of one topic: where they are, and from which record on their objects hold something. */
interface Announced {
  partition: number;
  offset: bigint;
  records: { partition: number; first: bigint; last: bigint; count: number };
}

/**
 * The cut of rows, which come in two stages: the sink gcs commits a topic's records when their objects exist and are announced; the
 * sink bigquery commits the announcements when the objects are loaded.
 *
 * @returns undefined when there is no such topic
 */
export async function rowsCut(options: TopicAuditOptions): Promise<CutPartition[] | undefined> {
  const { access, contract, group, objectsGroup, waitMs, progress } = options;
  const { kafka, signal } = access;
  const topic = topicName(contract);
  const deadline = performance.now() + waitMs;
  const stored = await unitCut({
    kafka,
    topic,
    group: objectsGroup,
    waitMs,
    signal,
    onWaiting: (records) =>
      progress.show(`${topic}: waiting for the group ${objectsGroup} to write objects, records to go`, records),
  });
  if (stored === undefined) return undefined;
  const ranges = new Map(stored.map((one) => [one.partition, one]));
  const announced: Announced[] = [];
  await readAnnouncements({
    ...access,
    topic,
    objectsGroup,
    onAnnouncement({ object, partition, offset }) {
      const [first, last] = [BigInt(object.first_offset), BigInt(object.last_offset)];
      const range = ranges.get(object.partition);
      if (range === undefined || first >= range.to || last < range.first) return;
      announced.push({
        partition,
        offset,
        records: { partition: object.partition, first, last, count: Number(object.records) },
      });
    },
  });
  for (;;) {
    signal.throwIfAborted();
    const committed = await kafka.committedOffsets(group, topicName(storedObject));
    const open = announced.filter(({ partition, offset }) => offset >= (committed.get(partition) ?? 0n));
    if (open.length === 0 || performance.now() >= deadline) return stored.map((one) => beforeOpen(one, open));
    progress.show(`${topic}: waiting for the group ${group} to load objects, to go`, open.length);
    await pause(pollMs, signal);
  }
}

/** The part of a partition whose objects have all been loaded. */
function beforeOpen(cut: CutPartition, open: readonly Announced[]): CutPartition {
  const own = open.filter(({ records }) => records.partition === cut.partition);
  const to = own.reduce((least, { records }) => (records.first < least ? records.first : least), cut.to);
  const late = own.reduce((sum, { records }) => sum + records.count, 0);
  return { ...cut, to: to < cut.first ? cut.first : to, notYetDelivered: cut.notYetDelivered + late };
}
