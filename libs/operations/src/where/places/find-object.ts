import { storedObject, topicName, type EventContract, type StoredObject } from '@sluice/contracts';
import type { ListedObject, ObjectReader } from '@sluice/objects';
import { describeError } from '@sluice/telemetry';
import type { Place } from '../asked.ts';
import type { Finding, FoundObject } from '../where-answer.ts';
import { groupOf, type WhereAccess } from '../where-access.ts';
import { scan } from './scan.ts';

/** Where the announcement of an object is: a load job is named after it. */
export interface AnnouncedAt {
  partition: number;
  offset: bigint;
}

export interface ObjectFinding {
  object: Finding<FoundObject>;
  announcement: AnnouncedAt | undefined;
}

/** Clocks may differ by so much. */
const toleranceMs = 300_000;
const dayMs = 86_400_000;

/**
 * The object that holds a record, and the line.
 *
 * The announcements name it: they are read from the time of the record on, and the first that covers its offset is it. Where there is none
 * any more, the names of the objects of its day and the days around it do, as an object is named after its first record.
 *
 * @param times Kafka's timestamp of the record, and the event time, where they are known
 */
export async function findObject(
  access: WhereAccess & { objects: ObjectReader },
  contract: EventContract,
  place: Place,
  times: { sinceMs: number | undefined; eventMs: number | undefined },
): Promise<ObjectFinding> {
  const { objects, signal } = access;
  const announced = await findAnnouncement(access, place, times.sinceMs);
  const listed =
    announced === undefined
      ? await listedAround(objects, contract, place, times)
      : await listedAs(objects, announced.object.name);
  const { announcement } = announced ?? {};
  if (listed === undefined) {
    const why =
      announced === undefined
        ? await whyAbsent(access, place)
        : `it was announced as gs://${objects.bucket}/${announced.object.name}, which the bucket does not have any more`;
    return { object: { state: 'absent', why }, announcement };
  }
  const format = listed.name.endsWith('.avro') ? 'AVRO' : 'JSON';
  const locator = `gs://${objects.bucket}/${listed.name}`;
  let [row, at] = [0, 0];
  try {
    for await (const stored of objects.rows({ ...listed, format })) {
      signal.throwIfAborted();
      at++;
      if (stored.partition !== place.partition || stored.offset !== place.offset) continue;
      row = at;
      break;
    }
  } catch (error) {
    signal.throwIfAborted();
    return { object: { state: 'unknown', why: `${locator} cannot be read: ${describeError(error)}` }, announcement };
  }
  if (row === 0)
    return { object: { state: 'absent', why: `${locator} covers its offset and does not hold it` }, announcement };
  const { name, createdMs, metadata } = listed;
  const link = linkOf(access.links?.gcs, objects.bucket, name);
  const records = Number(metadata['records'] ?? at);
  return {
    object: { state: 'found', locator, link, bucket: objects.bucket, name, format, row, records, createdMs },
    announcement,
  };
}

/** The console for Google's service, and the bytes for a stand-in. */
const linkOf = (endpoint: string | undefined, bucket: string, name: string): string =>
  endpoint === undefined
    ? `https://console.cloud.google.com/storage/browser/_details/${bucket}/${name.split('/').map(encodeURIComponent).join('/')}`
    : `${endpoint}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`;

async function findAnnouncement(
  access: WhereAccess & { objects: ObjectReader },
  place: Place,
  sinceMs: number | undefined,
): Promise<{ object: StoredObject; announcement: AnnouncedAt } | undefined> {
  const { kafka, codec, objects, progress } = access;
  const topic = topicName(storedObject);
  const ends = await kafka.ends(topic);
  if (ends === undefined) return undefined;
  const starts = sinceMs === undefined ? undefined : await kafka.admin.offsetsAt(topic, sinceMs - toleranceMs);
  const ranges = ends.map(({ partition, first, end }) => ({
    partition,
    from: starts?.get(partition) ?? first,
    to: end,
  }));
  const total = ranges.reduce((sum, { from, to }) => sum + Math.max(0, Number(to - from)), 0);
  let found: { object: StoredObject; announcement: AnnouncedAt } | undefined;
  let read = 0;
  await scan(access, topic, ranges, async (records, partition) => {
    for (const { key, value, offset } of records) {
      progress?.show(`${topic}: announcements read`, ++read, total);
      // Announcements have the topic as their key.
      if (value === null || key?.toString() !== place.topic) continue;
      const schema = codec.cachedSchema(value) ?? (await codec.fetchSchema(value));
      const object = storedObjectOf(schema.decode(value.subarray(5), storedObject));
      if (object === undefined || !covers(object, place)) continue;
      if (object.bucket !== objects.bucket || object.group !== groupOf(access, 'gcs')) continue;
      found = { object, announcement: { partition, offset } };
      return 'enough';
    }
    return undefined;
  });
  return found;
}

const storedObjectOf = (event: unknown): StoredObject | undefined =>
  typeof event === 'object' && event !== null && 'first_offset' in event ? (event as StoredObject) : undefined;

const covers = (object: StoredObject, { topic, partition, offset }: Place): boolean =>
  object.topic === topic &&
  object.partition === partition &&
  BigInt(object.first_offset) <= offset &&
  offset <= BigInt(object.last_offset);

async function listedAs(objects: ObjectReader, name: string): Promise<ListedObject | undefined> {
  for await (const listed of objects.list(name)) if (listed.name === name) return listed;
  return undefined;
}

/** The object of the days around the record whose name has the last first offset that is not behind the record. */
async function listedAround(
  objects: ObjectReader,
  contract: EventContract,
  { partition, offset }: Place,
  { sinceMs, eventMs }: { sinceMs: number | undefined; eventMs: number | undefined },
): Promise<ListedObject | undefined> {
  const known = [eventMs, sinceMs].filter((ms) => ms !== undefined);
  const days = new Set(
    known
      .flatMap((ms) => [ms, ms - dayMs, ms + dayMs])
      .filter((ms) => Math.abs(ms) < 8.64e15)
      .map((ms) => new Date(ms).toISOString().slice(0, 10)),
  );
  const folder = `${objects.prefix}${topicName(contract)}/`;
  const prefixes = known.length === 0 ? [folder] : [...days].map((day) => `${folder}date=${day}/`);
  let best: { listed: ListedObject; first: bigint } | undefined;
  for (const prefix of prefixes) {
    for await (const listed of objects.list(prefix)) {
      const [, own, firstText = ''] = /\/(\d{1,9})\/(\d{20})\.(?:json\.gz|avro)$/.exec(listed.name) ?? [];
      if (own !== String(partition)) continue;
      const first = BigInt(firstText);
      if (first <= offset && (best === undefined || first > best.first)) best = { listed, first };
    }
  }
  const last = best?.listed.metadata['last-offset'] ?? '';
  return /^\d{1,19}$/.test(last) && BigInt(last) >= offset ? best?.listed : undefined;
}

async function whyAbsent(access: WhereAccess, { topic, partition, offset }: Place): Promise<string> {
  const group = groupOf(access, 'gcs');
  const committed = (await access.kafka.committedOffsets(group, topic)).get(partition);
  if (committed === undefined) return `the group ${group} has committed nothing of this partition`;
  if (committed <= offset)
    return `the group ${group} has not written it yet: it has committed the offsets before ${committed}`;
  return `no object of the group ${group} covers its offset`;
}
