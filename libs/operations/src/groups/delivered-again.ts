import { storedObject, topicName } from '@sluice/contracts';

/** What becomes of records that a group reads again, by the group's usual name. Sentences. */
const again: Readonly<Record<string, string>> = {
  elasticsearch:
    'Elasticsearch keeps one document per event id: it gets these records again and keeps the documents that it has.',
  gcs: 'The sink gcs adopts objects that it has written, as far as it begins where one of them begins, and announces them again: BigQuery then loads their rows a second time.',
  bigquery:
    'BigQuery gets the rows of these objects a second time, except where a load job begins at the same announcement: that job is adopted.',
  stdout: 'The sink stdout prints these records a second time.',
  'iot-enrich':
    'The processor iot-enrich publishes its events a second time, under the same event ids: Elasticsearch keeps one document each, and objects and tables get second rows.',
  'event-rates':
    'The processor event-rates counts these events a second time, and publishes rows that are added to those before.',
};

const unknown = (group: string): string =>
  `Whether the destination of ${group} takes these records twice depends on it: a destination that keeps one copy per event id does not.`;

/** The warnings about records that are read again, and about records that are left out. */
export function resetWarnings(
  group: string,
  moves: readonly { topic: string; again: bigint; leftOut: bigint }[],
): string[] {
  const sum = (counts: readonly bigint[]): bigint => counts.reduce((total, count) => total + count, 0n);
  const repeated = sum(moves.map((move) => move.again));
  const leftOut = sum(moves.map((move) => move.leftOut));
  const warnings: string[] = [];
  if (repeated > 0n) {
    warnings.push(`The group ${group} reads up to ${repeated.toLocaleString('en-US')} records again.`);
    warnings.push(again[group] ?? unknown(group));
  }
  if (leftOut > 0n) {
    const isObjects = moves.some((move) => move.topic === topicName(storedObject) && move.leftOut > 0n);
    warnings.push(
      `Up to ${leftOut.toLocaleString('en-US')} records are never delivered by ${group}${isObjects ? ': the rows of these objects stay absent from their tables' : ''}. \`sluice audit\` reports them as lost.`,
    );
  }
  return warnings;
}
