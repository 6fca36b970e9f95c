import { styleText } from 'node:util';
import { printable } from '../printable.ts';
import { tableLines } from '../table-lines.ts';
import type { TopicAudit } from './audit-topic.ts';

/** Findings that are named without `--json`, of each topic. */
const mostShown = 20;

/** An audit as a table, the findings by name, and a last sentence. */
export function auditReport(topics: readonly TopicAudit[], stream: NodeJS.WriteStream): string[] {
  const header = [
    'topic',
    'records',
    'events',
    'delivered',
    'dead letters',
    'lost',
    'duplicates',
    'changed',
    'unknown',
    'not yet',
  ];
  const rows = topics.flatMap(({ topic, partitions, totals }) => [
    ...partitions.map((one) => [
      `${topic} ${one.partition}`,
      ...[one.records, one.events, one.delivered, one.deadLetters, one.lost, one.duplicates, one.changed].map(count),
      '',
      count(one.notYetDelivered),
    ]),
    [
      `${topic} (all)`,
      ...[totals.records, totals.events, totals.delivered, totals.deadLetters, totals.lost].map(count),
      ...[totals.duplicates, totals.changed, totals.unknown, totals.notYetDelivered].map(count),
    ],
  ]);
  return [
    ...tableLines(header, rows, stream),
    '',
    ...topics.flatMap(findingLines),
    ...topics.map((one) => styleText(one.ok ? 'green' : 'red', auditVerdict(one), { stream })),
  ];
}

/** Each finding in a line: what, where, and which event. */
export function findingLines(audit: TopicAudit): string[] {
  const { topic, lost, duplicates, changed, unknown, totals } = audit;
  const at = ({ partition, offset, id }: { partition: number; offset: string; id: string }) =>
    `${topic} partition ${partition} offset ${offset} id ${printable(id)}`;
  const lines = [
    ...lost.map((one) => `lost: ${at(one)}`),
    ...duplicates.map((one) => `duplicate: ${at(one)} is in ${one.places.join(' and in ')}`),
    ...changed.map((one) => `changed: ${at(one)} in ${one.place}${changeOf(one)}`),
    ...unknown.map(({ id, place }) => `unknown: ${topic} id ${printable(id)} in ${place} is in no record`),
  ];
  const shown = lines.slice(0, mostShown);
  const all = totals.lost + duplicates.length + totals.changed + totals.unknown;
  if (all > shown.length) shown.push(`… and ${count(all - shown.length)} more: --json names them`);
  return shown;
}

function changeOf({ expectedPlace, fields }: TopicAudit['changed'][number]): string {
  const parts = [
    ...(expectedPlace === undefined ? [] : [`belongs into ${expectedPlace}`]),
    ...(fields === undefined ? [] : [`differs in ${fields.map(printable).join(', ')}`]),
  ];
  return `: ${parts.length > 0 ? parts.join(' and ') : 'its bytes in Kafka cannot be read'}`;
}

/** An audit in one sentence. */
export function auditVerdict({ ok, topic, destination, group, totals, notInKafkaAnyMore }: TopicAudit): string {
  const counted = (value: number, what: string) => (value === 0 ? [] : [`${count(value)} ${what}`]);
  const older =
    notInKafkaAnyMore === 0
      ? ''
      : ` ${count(notInKafkaAnyMore)} documents have no record, as Kafka has dropped its oldest records: they are not judged.`;
  if (ok) {
    const letters = totals.deadLetters === 0 ? '' : `, ${count(totals.deadLetters)} of them as dead letters`;
    return `${topic}: ${count(totals.events)} events are settled${letters}; each of the others is in ${destination} once, as it was published.${older}`;
  }
  const faults = [
    ...counted(totals.lost, 'lost'),
    ...counted(totals.duplicates, 'duplicate'),
    ...counted(totals.changed, 'changed'),
    ...counted(totals.unknown, 'unknown'),
    ...counted(totals.notYetDelivered, `not yet delivered by the group ${group}`),
  ];
  return `${topic}: ${faults.join(', ')}.${older}`;
}

const count = (value: number): string => value.toLocaleString('en-US');
