import { topicName, type EventContract } from '@sluice/contracts';
import type { KafkaRecord } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import { placeText, type Place } from './asked.ts';
import { commitTime } from './life/commit-time.ts';
import { findDeadLetters } from './places/find-dead-letters.ts';
import { documentFinding, documentsOfId, documentTime, type KnownDocument } from './places/find-document.ts';
import { findObject, type ObjectFinding } from './places/find-object.ts';
import { findRow } from './places/find-row.ts';
import { lifeOf, type StepTime } from './life/life.ts';
import { readRecord, recordEvent, type RecordEvent } from './places/read-record.ts';
import type { Finding, FoundDocument, FoundEvent, FoundRecord, FoundRow } from './where-answer.ts';
import { groupOf, type WhereAccess } from './where-access.ts';

/** What is known of an event before the servers are asked. */
interface Known {
  place?: Place | undefined;
  id?: string | undefined;
  timeMs?: number | undefined;
  document?: KnownDocument;
}

type Unfound = { state: 'absent' | 'unknown'; why: string };
const notAsked: Unfound = { state: 'unknown', why: 'not asked' };
const noPlace: Unfound = { state: 'unknown', why: 'its place in Kafka is not known' };

/** Looks for one event everywhere, by its place in Kafka and its id. */
export async function findEvent(access: WhereAccess, contract: EventContract, known: Known): Promise<FoundEvent> {
  const { place } = known;
  const source = await recordOf(access, contract, place);
  const id = source.event?.id ?? known.id;
  // The record of an offset is another one where the topic was deleted and made again.
  const isOther = known.id !== undefined && source.event !== undefined && source.event.id !== known.id;
  const timeMs = source.event?.timeMs ?? known.timeMs;
  const sinceMs = source.record?.timestampMs;
  const [document, deadLetters, delivered, stored] = await Promise.all([
    documentOf(access, contract, { id, place, document: isOther ? undefined : known.document }),
    findDeadLetters(access, topicName(contract), { place, id, sinceMs }),
    indexedTime(access, place, sinceMs),
    storedOf(access, contract, place, { timeMs, sinceMs }),
  ]);
  const { object } = stored;
  const event = source.event?.json ?? (known.document && JSON.stringify(known.document.document, bigints));
  return {
    topic: topicName(contract),
    id,
    kafka: recordFinding(place, source),
    ...{ document: document.finding, object, row: stored.row },
    deadLetters: deadLetters.found,
    event,
    life: lifeOf({
      happened: happened(contract, timeMs ?? document.timeMs, source),
      acknowledged: acknowledged(source, timeMs),
      indexed: document.finding.state === 'found' ? delivered : { why: document.finding.why },
      object:
        object.state === 'found'
          ? { atMs: object.createdMs, basis: 'Cloud Storage created the object' }
          : { why: object.why },
      row: stored.loaded,
    }),
  };
}

const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** What Kafka has of an event. */
interface Source {
  record?: KafkaRecord;
  event?: RecordEvent;
  why?: string;
}

async function recordOf(access: WhereAccess, contract: EventContract, place: Place | undefined): Promise<Source> {
  if (place === undefined) return { why: 'no record with its id was found' };
  const read = await readRecord(access, place);
  if ('why' in read) return { why: read.why };
  return { record: read.record, event: await recordEvent(access, contract, place.partition, read.record) };
}

function recordFinding(place: Place | undefined, { record, why }: Source): Finding<FoundRecord> {
  if (record === undefined || place === undefined) return { state: 'absent', why: why ?? noPlace.why };
  const { partition, offset } = place;
  const { timestampMs, key, value } = record;
  return {
    ...{ state: 'found', locator: placeText(place), partition, offset: String(offset), timestampMs },
    key: key === null ? null : key.toString(),
    bytes: value?.length ?? 0,
  };
}

function happened(contract: EventContract, timeMs: number | undefined, { event }: Source): StepTime {
  if (timeMs !== undefined) return { atMs: timeMs, basis: `the event's own time, ${contract.time}` };
  return { why: event?.problem ?? 'neither Kafka nor Elasticsearch has the event' };
}

function acknowledged({ record, why }: Source, timeMs: number | undefined): StepTime {
  if (record === undefined) return { why: why ?? noPlace.why };
  const { timestampMs, isArrivalTime } = record;
  if (isArrivalTime) return { atMs: timestampMs, basis: 'the broker stored it' };
  if (timestampMs !== timeMs) return { atMs: timestampMs, basis: 'the source published it, by its own clock' };
  return { atMs: timestampMs, basis: "Kafka's timestamp, which is the event's own time within a minute of it" };
}

async function documentOf(
  access: WhereAccess,
  contract: EventContract,
  { id, place, document }: { id: string | undefined; place: Place | undefined; document: KnownDocument | undefined },
): Promise<{ finding: Finding<FoundDocument>; timeMs: number | undefined }> {
  const { documents } = access;
  if (documents === undefined) return { finding: notAsked, timeMs: undefined };
  if (id === undefined) return { finding: { state: 'unknown', why: 'its id is not known' }, timeMs: undefined };
  const asked = async () => {
    const found = document ?? (await documentsOfId(documents, [contract], id))[0];
    const finding = await documentFinding(access, found, place);
    return { finding, timeMs: found && documentTime(contract, found.document) };
  };
  return asked().catch((error: unknown) => ({ finding: unanswered(access, error), timeMs: undefined }));
}

const indexedTime = async (
  access: WhereAccess,
  place: Place | undefined,
  sinceMs: number | undefined,
): Promise<StepTime> => {
  if (access.documents === undefined) return { why: notAsked.why };
  if (place === undefined || sinceMs === undefined) return { why: noPlace.why };
  return commitTime(access, groupOf(access, 'elasticsearch'), place, sinceMs);
};

/** The object and the row. */
async function storedOf(
  access: WhereAccess,
  contract: EventContract,
  place: Place | undefined,
  { timeMs, sinceMs }: { timeMs: number | undefined; sinceMs: number | undefined },
): Promise<ObjectFinding & { row: Finding<FoundRow>; loaded: StepTime }> {
  const { objects, rows } = access;
  const without = (unfound: Unfound): ObjectFinding => ({ object: unfound, announcement: undefined });
  let stored = without(objects === undefined ? notAsked : noPlace);
  if (objects !== undefined && place !== undefined)
    stored = await findObject({ ...access, objects }, contract, place, { sinceMs, eventMs: timeMs }).catch(
      (error: unknown) => without(unanswered(access, error)),
    );
  if (rows === undefined) return { ...stored, row: notAsked, loaded: notAsked };
  if (place === undefined) return { ...stored, row: noPlace, loaded: noPlace };
  const { announcement } = stored;
  const loaded = await findRow({ ...access, rows }, contract, place, { timeMs, announcement, sinceMs }).catch(
    (error: unknown) => {
      const row = unanswered(access, error);
      return { row, loaded: row };
    },
  );
  return { ...stored, ...loaded };
}

function unanswered({ signal }: WhereAccess, error: unknown): Unfound {
  signal.throwIfAborted();
  return { state: 'unknown', why: describeError(error) };
}
