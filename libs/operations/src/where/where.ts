import { contracts as allContracts, deadLetterTopic, topicName, type EventContract } from '@sluice/contracts';
import { readDeadLetterHeaders } from '@sluice/kafka';
import { describeError } from '@sluice/telemetry';
import { askedPlace, placeText, type Place } from './asked.ts';
import { findEvent } from './find-event.ts';
import { documentsOfId, documentTime, type KnownDocument } from './places/find-document.ts';
import { findRecord } from './places/find-record.ts';
import { placeOfRow } from './places/find-row.ts';
import { findText } from './places/find-text.ts';
import { readRecord } from './places/read-record.ts';
import type { FoundEvent, WhereAnswer } from './where-answer.ts';
import type { WhereAccess } from './where-access.ts';

/**
 * Finds an event by its id, by its place in Kafka (`topic:partition:offset`, also that of a dead letter) or by words of its text, and says
 * where it is everywhere.
 *
 * A server that is down or refuses is no error: what only it knows is `unknown`, or a note says so.
 *
 * @throws when Kafka does not answer, and the signal's reason
 */
export async function where(access: WhereAccess, asked: string): Promise<WhereAnswer> {
  const contracts = access.contracts ?? allContracts;
  const notes: string[] = [];
  const topics = new Set(await access.kafka.topics());
  const place = askedPlace(asked, topics);
  if (place !== undefined) {
    const events = await eventsOfPlace(access, contracts, place, asked, notes);
    if (events !== undefined) return { asked, kind: place.isId ? 'id' : 'place', events, matches: [], notes };
  }
  const known = await documents(access, contracts, asked, notes);
  if (known.length > 0) {
    const events = await Promise.all(known.map((document) => eventOfDocument(access, document, notes)));
    return { asked, kind: 'id', events, matches: [], notes };
  }
  const { matches, total } = await texts(access, contracts, asked, notes);
  if (total > 0) {
    if (total > matches.length) notes.push(`${total} documents match; these are the best ${matches.length}.`);
    const [only] = total === 1 ? matches : [];
    const events = only === undefined ? [] : (await where(access, only.id)).events;
    return { asked, kind: 'text', events, matches, notes };
  }
  const existing = contracts.filter((contract) => topics.has(topicName(contract)));
  const events = await eventsOfId(access, existing, asked, notes);
  return { asked, kind: /\s/.test(asked) ? 'text' : 'id', events, matches: [], notes };
}

/** @returns undefined where the topic holds no events */
async function eventsOfPlace(
  access: WhereAccess,
  contracts: readonly EventContract[],
  place: Place & { isId: boolean },
  asked: string,
  notes: string[],
): Promise<FoundEvent[] | undefined> {
  const contract = contracts.find((one) => topicName(one) === place.topic);
  if (contract !== undefined) return [await findEvent(access, contract, { place, ...(place.isId && { id: asked }) })];
  const origin = contracts.find((one) => deadLetterTopic(topicName(one)) === place.topic);
  if (origin === undefined) return undefined;
  const read = await readRecord(access, place);
  const deadLetter = 'record' in read ? readDeadLetterHeaders(read.record.headers) : undefined;
  if (deadLetter?.partition === undefined || deadLetter.offset === undefined) {
    notes.push(`${placeText(place)} holds no dead letter that says where its record was.`);
    return [];
  }
  const { partition, offset, id } = deadLetter;
  return [
    await findEvent(access, origin, {
      place: { topic: topicName(origin), partition, offset },
      ...(id !== undefined && { id }),
    }),
  ];
}

/** An event that Elasticsearch has: its time says where in Kafka to begin. */
async function eventOfDocument(access: WhereAccess, document: KnownDocument, notes: string[]): Promise<FoundEvent> {
  const { contract, id } = document;
  const timeMs = documentTime(contract, document.document);
  const place = await placeOfId(access, contract, { id, timeMs }, notes);
  return findEvent(access, contract, { place, id, timeMs, document });
}

/** Events that Elasticsearch does not have. */
async function eventsOfId(
  access: WhereAccess,
  contracts: readonly EventContract[],
  id: string,
  notes: string[],
): Promise<FoundEvent[]> {
  const events: FoundEvent[] = [];
  if (/\s/.test(id)) return events;
  for (const contract of contracts) {
    const place = await placeOfId(access, contract, { id, timeMs: undefined }, notes);
    if (place !== undefined) events.push(await findEvent(access, contract, { place, id }));
  }
  return events;
}

/** Where in Kafka an event is or was: BigQuery knows that of what it has, and Kafka is read for what is newer. */
async function placeOfId(
  access: WhereAccess,
  contract: EventContract,
  event: { id: string; timeMs: number | undefined },
  notes: string[],
): Promise<Place | undefined> {
  const { rows } = access;
  if (rows !== undefined) {
    const place = await tried(access, notes, 'BigQuery', () => placeOfRow({ ...access, rows }, contract, event));
    if (place !== undefined) return place;
  }
  const { place, read, isWhole } = await findRecord(access, contract, event);
  if (place === undefined && !isWhole)
    notes.push(`${contract.topic}: none of the ${read} records that were read has this id; --scan reads more.`);
  return place;
}

async function documents(
  access: WhereAccess,
  contracts: readonly EventContract[],
  id: string,
  notes: string[],
): Promise<KnownDocument[]> {
  const { documents: reader } = access;
  if (reader === undefined) return [];
  return (await tried(access, notes, 'Elasticsearch', () => documentsOfId(reader, contracts, id))) ?? [];
}

async function texts(access: WhereAccess, contracts: readonly EventContract[], text: string, notes: string[]) {
  const { search } = access;
  const found = search && (await tried(access, notes, 'Elasticsearch', () => findText(search, contracts, text)));
  return found ?? { matches: [], total: 0 };
}

/** @returns undefined where the server does not answer or refuses, which a note says once */
async function tried<T>(
  { signal }: WhereAccess,
  notes: string[],
  server: string,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    const note = `${server} was not asked: ${describeError(error)}`;
    if (!notes.includes(note)) notes.push(note);
    return undefined;
  }
}
