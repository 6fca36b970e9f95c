import type { ObjectReader } from '@sluice/objects';
import { topicName, type EventContract } from '@sluice/contracts';
import type { CutPartition } from '../reading/consistent-cut.ts';
import type { ObjectFaults } from './object-faults.ts';
import { topicFolder, topicObject, type TopicObject } from './stored-objects.ts';

/** The objects of one topic. */
export interface ObjectListing {
  /** What all names begin with. */
  folder: string;
  /** By name: all that the sink can have written. */
  byName: ReadonlyMap<string, TopicObject>;
  /** Those with a record before the cut that Kafka may still have, in order of first offsets. */
  compared: readonly TopicObject[];
  /** How many hold nothing before the cut. */
  beyondCut: number;
  /** How many hold nothing that Kafka still has, and how many records they say they have. */
  older: number;
  olderRecords: number;
}

/** Lists the objects of a topic, and names what can be seen from names and metadata alone. About 500 bytes of memory each. */
export async function listObjects(options: {
  reader: ObjectReader;
  contract: EventContract;
  cut: readonly CutPartition[];
  faults: ObjectFaults;
  signal: AbortSignal;
  onObject: (count: number) => void;
}): Promise<ObjectListing> {
  const { reader, contract, cut, faults, signal, onObject } = options;
  const folder = topicFolder(contract, reader.prefix);
  const byName = new Map<string, TopicObject>();
  for await (const listed of reader.list(folder)) {
    signal.throwIfAborted();
    // The console makes empty objects that stand for folders.
    if (listed.name.endsWith('/')) continue;
    const object = topicObject(listed, folder, topicName(contract));
    if (object === undefined) faults.add('unknown', listed.name, 'the sink does not give such names');
    else byName.set(object.name, object);
    onObject(byName.size);
  }
  const ordered = [...byName.values()].sort((a, b) => Number(a.first - b.first) || (a.name < b.name ? -1 : 1));
  const ranges = new Map(cut.map((one) => [one.partition, one]));
  const compared: TopicObject[] = [];
  const before = new Map<number, TopicObject>();
  let [beyondCut, older, olderRecords] = [0, 0, 0];
  for (const object of ordered) {
    const { name, partition, first, last, problem } = object;
    const range = ranges.get(partition);
    if (range === undefined) {
      faults.add('unknown', name, `the topic has no partition ${partition}`);
      continue;
    }
    if (first >= range.to) {
      beyondCut++;
      continue;
    }
    if (problem !== undefined) faults.add('disagrees', name, problem);
    const previous = before.get(partition);
    if (previous !== undefined && first <= previous.last)
      faults.add('overlap', name, `it begins at offset ${first}, and ${previous.name} goes to ${previous.last}`);
    if (last >= range.to)
      faults.add(
        'overlap',
        name,
        `it goes to offset ${last}, and the sink has committed ${range.to}, where no object ends`,
      );
    if (previous === undefined || last > previous.last) before.set(partition, object);
    if (last < range.first) {
      older++;
      olderRecords += object.records;
    } else compared.push(object);
  }
  return { folder, byName, compared, beyondCut, older, olderRecords };
}
