import { styleText } from 'node:util';
import { offsetsIn, type TopicAudit } from '@sluice/audit';
import { printable } from '../terminal/printable.ts';
import { tableLines } from '@sluice/terminal';

/** Findings that are named without `--json`, of each topic at each destination. */
const mostShown = 20;

/** Audits as a table for each destination, the findings by name, and a last sentence for each. */
export function auditReport(audits: readonly TopicAudit[], stream: NodeJS.WriteStream): string[] {
  return [
    ...[...Map.groupBy(audits, ({ destination }) => destination)].flatMap(([destination, those]) => [
      ...auditTable(destination, those, stream),
      '',
    ]),
    ...audits.flatMap(findingLines),
    ...audits.map((one) => styleText(one.ok ? 'green' : 'red', auditVerdict(one), { stream })),
  ];
}

function auditTable(destination: string, audits: readonly TopicAudit[], stream: NodeJS.WriteStream): string[] {
  const header = [
    destination,
    'records',
    'events',
    'delivered',
    'dead letters',
    'lost',
    'duplicates',
    'changed',
    'unknown',
    'not yet',
    'expired',
  ];
  const rows = audits.flatMap(({ topic, partitions, totals }) => [
    ...partitions.map((one) => [
      `${topic} ${one.partition}`,
      ...[one.records, one.events, one.delivered, one.deadLetters, one.lost, one.duplicates, one.changed].map(count),
      '',
      count(one.notYetDelivered),
      count(one.expired),
    ]),
    [
      `${topic} (all)`,
      ...[totals.records, totals.events, totals.delivered, totals.deadLetters, totals.lost].map(count),
      ...[totals.duplicates, totals.changed, totals.unknown, totals.notYetDelivered, totals.expired].map(count),
    ],
  ]);
  return tableLines(header, rows, stream);
}

/** Each finding in a line: what, where, and which event. */
export function findingLines(audit: TopicAudit): string[] {
  const { topic, group, lost, duplicates, changed, unknown, totals, objects, partitions, unreadable } = audit;
  const expired = partitions.filter((one) => one.expired > 0);
  const at = ({ partition, offset, id }: { partition: number; offset: string; id: string }) =>
    `${topic} partition ${partition} offset ${offset} id ${printable(id)}`;
  const lines = [
    ...(objects?.faults ?? []).map(({ kind, object, reason }) => `${kind}: ${printable(object)}: ${printable(reason)}`),
    ...expired.map(
      (one) =>
        `expired: ${topic} partition ${one.partition} begins at offset ${one.first}: Kafka deleted ${count(one.expired)} offsets before it that the group ${group} had not delivered; raise retention.ms of the topic`,
    ),
    ...unreadable.map(
      (one) =>
        `unreadable: ${topic} partition ${one.partition} offsets ${one.from} to ${BigInt(one.to) - 1n} are not compared: ${printable(one.reason)}`,
    ),
    ...lost.map((one) => `lost: ${at(one)} is not in ${audit.destination}`),
    ...duplicates.map((one) => `duplicate: ${at(one)} is in ${placesOf(one.places)}`),
    ...changed.map((one) => `changed: ${at(one)} in ${one.place}${changeOf(one)}`),
    ...unknown.map(({ id, place }) => `unknown: ${topic} id ${printable(id)} in ${place} is in no record`),
  ];
  const shown = lines.slice(0, mostShown);
  const all =
    expired.length +
    unreadable.length +
    totals.lost +
    duplicates.length +
    totals.changed +
    totals.unknown +
    (objects?.faultCount ?? 0);
  if (all > shown.length) shown.push(`… and ${count(all - shown.length)} more: --json names them`);
  return shown;
}

function placesOf(places: readonly string[]): string {
  const times = Map.groupBy(places, (place) => place);
  return [...times].map(([place, all]) => (all.length === 1 ? place : `${place} ${all.length} times`)).join(' and in ');
}

function changeOf({ expectedPlace, fields }: TopicAudit['changed'][number]): string {
  const parts = [
    ...(expectedPlace === undefined ? [] : [`belongs into ${expectedPlace}`]),
    ...(fields === undefined ? [] : [`differs in ${fields.map(printable).join(', ')}`]),
  ];
  return `: ${parts.length > 0 ? parts.join(' and ') : 'its bytes in Kafka cannot be read'}`;
}

/** An audit in one sentence. */
export function auditVerdict(audit: TopicAudit): string {
  const { ok, topic, destination, group, totals, objects } = audit;
  const counted = (value: number, what: string) => (value === 0 ? [] : [`${count(value)} ${what}`]);
  if (ok) {
    const deadLetters = totals.deadLetters === 0 ? '' : `, ${count(totals.deadLetters)} of them as dead letters`;
    const others = totals.deadLetters === 0 ? 'each' : 'each of the others';
    return `${topic}: ${count(totals.events)} events are settled${deadLetters}; ${others} is in ${destination} once, as it was published.${notes(audit)}`;
  }
  const faults = [
    ...counted(totals.lost, 'lost'),
    ...counted(totals.duplicates, 'duplicate'),
    ...counted(totals.changed, 'changed'),
    ...counted(totals.unknown, 'unknown'),
    ...counted(objects?.faultCount ?? 0, objects?.faultCount === 1 ? 'fault of an object' : 'faults of objects'),
    ...counted(totals.expired, `expired: Kafka deleted them before the group ${group} had delivered them`),
    ...counted(offsetsIn(audit.unreadable), 'unreadable in Kafka'),
    ...counted(totals.notYetDelivered, `not yet delivered by the group ${group}`),
  ];
  return `${topic} in ${destination}: ${faults.join(', ')}.${notes(audit)}`;
}

/** What was compared how, and what was not judged. */
function notes({ totals, notInKafkaAnyMore, skipped, objects, contents }: TopicAudit): string {
  const what = objects === undefined && contents === undefined ? 'documents' : 'rows';
  const sentences: string[] = [];
  if (objects !== undefined) sentences.push(`${count(objects.count)} objects were read.`);
  if (contents !== undefined && contents.compared < totals.delivered)
    sentences.push(`Of ${count(contents.compared)} rows the contents were compared: --full compares all.`);
  if (skipped.length > 0)
    sentences.push(`${count(offsetsIn(skipped))} offsets were skipped by decision, with sluice skip.`);
  if (notInKafkaAnyMore > 0)
    sentences.push(
      `${count(notInKafkaAnyMore)} ${what} have no record, as Kafka has dropped its oldest records: they are not judged.`,
    );
  return sentences.map((sentence) => ` ${sentence}`).join('');
}

const count = (value: number): string => value.toLocaleString('en-US');
