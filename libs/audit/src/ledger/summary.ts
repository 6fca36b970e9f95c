import type { CutPartition } from '../reading/consistent-cut.ts';
import type { PartitionCounts, TopicAudit } from '../topic-audit.ts';

/** The audit of a topic: its findings, and the sums of its partitions. */
export function summary(
  found: Omit<TopicAudit, 'ok' | 'totals' | 'partitions' | 'objects' | 'contents'> & {
    cut: readonly CutPartition[];
    counts: (partition: number) => PartitionCounts;
    /** Documents or rows without a record that count, and all documents or rows. */
    unknownCount: number;
    documents: number;
  },
): TopicAudit {
  const { cut, counts, unknownCount, documents, ...findings } = found;
  const partitions = cut.map(({ partition, first, to, notYetDelivered, expired }) => ({
    partition,
    first: String(first),
    to: String(to),
    ...counts(partition),
    notYetDelivered,
    expired,
  }));
  const sum = (name: keyof PartitionCounts | 'notYetDelivered' | 'expired') =>
    partitions.reduce((total, one) => total + one[name], 0);
  const totals = {
    records: sum('records'),
    events: sum('events'),
    documents,
    delivered: sum('delivered'),
    deadLetters: sum('deadLetters'),
    lost: sum('lost'),
    duplicates: sum('duplicates'),
    changed: sum('changed'),
    unknown: unknownCount,
    notYetDelivered: sum('notYetDelivered'),
    expired: sum('expired'),
  };
  const { lost, duplicates, changed, unknown, notYetDelivered, expired } = totals;
  const faults = lost + duplicates + changed + unknown + notYetDelivered + expired + findings.unreadable.length;
  return { ok: faults === 0, totals, partitions, ...findings };
}
