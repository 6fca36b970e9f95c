import type { StoredObject } from '@sluice/contracts';
import type { ObjectReader } from '@sluice/objects';
import type { AuditAccess } from '../../auditor.ts';
import type { CutPartition } from '../../reading/consistent-cut.ts';
import { readAnnouncements } from './announcements.ts';
import type { ObjectListing } from '../list-objects.ts';
import type { ObjectFaults } from '../object-faults.ts';
import type { TopicObject } from '../stored-objects.ts';

/**
 * Compares objects before the cut with their announcements: one for each, which says of it what the bucket says. Announcements of
 * objects that are not there are named too, as long as Kafka has records of theirs.
 */
export async function judgeAnnouncements(options: {
  access: AuditAccess;
  topic: string;
  reader: Pick<ObjectReader, 'bucket' | 'url'>;
  /** The sink's consumer group. */
  group: string;
  cut: readonly CutPartition[];
  listing: ObjectListing;
  faults: ObjectFaults;
}): Promise<void> {
  const { access, topic, reader, group, cut, listing, faults } = options;
  const ranges = new Map(cut.map((one) => [one.partition, one]));
  const announced = new Map<string, number>();
  const oldestMs = await readAnnouncements({
    ...access,
    topic,
    objectsGroup: group,
    onAnnouncement({ object: said }) {
      const { name, partition, last_offset: last } = said;
      const range = ranges.get(partition);
      const object = said.bucket === reader.bucket ? listing.byName.get(name) : undefined;
      const isOlder = range !== undefined && BigInt(last) < range.first;
      const isBeyond = range !== undefined && BigInt(last) >= range.to;
      if (isBeyond || (isOlder && object === undefined)) return;
      if (object === undefined) {
        const place = `${reader.url}/${listing.folder}`;
        faults.add('missing', name, `it was announced in the bucket ${said.bucket}, and is not in ${place}`);
        return;
      }
      announced.set(name, (announced.get(name) ?? 0) + 1);
      const differs = differences(said, object);
      if (differs.length > 0) faults.add('announced otherwise', name, `it was announced with ${differs.join(', ')}`);
    },
  });
  for (const { name, last, partition, createdMs } of listing.compared) {
    if (last >= (ranges.get(partition)?.to ?? 0n)) continue;
    const times = announced.get(name) ?? 0;
    if (times > 1) faults.add('announced twice', name, `it was announced ${times} times`);
    // The announcements of the oldest objects may have been dropped.
    else if (times === 0 && (oldestMs === undefined || createdMs > oldestMs))
      faults.add('not announced', name, 'it was never announced');
  }
}

function differences(said: StoredObject, object: TopicObject): string[] {
  const pairs: [what: string, said: unknown, is: unknown][] = [
    ['partition', said.partition, object.partition],
    ['first offset', BigInt(said.first_offset), object.first],
    ['last offset', BigInt(said.last_offset), object.last],
    ['records', Number(said.records), object.records],
    ['bytes', Number(said.bytes), object.bytes],
    ['CRC-32C', said.crc32c, object.crc32c],
    ['format', said.format, object.format],
    ['schema', said.schema_id, object.schemaId],
    ['schemas', said.schema_ids.join(' '), object.schemaIds.join(' ')],
  ];
  return pairs.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what} ${String(a)} (it has ${String(b)})`);
}
