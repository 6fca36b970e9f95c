import { MalformedAvro } from '@sluice/avro';
import type { WriterSchema } from '@sluice/schema-registry';
import type { Random } from '@sluice/random';
import type { SinkRecord } from '@sluice/sink';
import { ObjectCollector } from '../object/object-collector.ts';
import type { ObjectStore } from '../object/object-store.ts';
import type { RowEncoding } from '../encoding/row-encoding.ts';
import { createOnly, memoryStore, type WriteRule } from './memory-store.ts';
import { testContract } from './test-records.ts';

/**
 * A model of one partition, its owners and its objects: who collects, names, creates and adopts is the product's own code; around it
 * are a log with gaps, a clock that cuts anywhere, crashes, answers that are lost, and owners that continue after they have lost the
 * partition. The last are fenced where they commit, and nowhere else.
 */
export interface Rule {
  write: WriteRule;
  /** The offset to commit through, of a unit that ends at `own` and of what the sink says is delivered. */
  commitThrough(own: bigint, delivered: bigint): bigint;
}

export const claimChain: Rule = { write: createOnly, commitThrough: (_, delivered) => delivered };

/** What went wrong in one run. */
export interface Damage {
  lost: number;
  duplicated: number;
  /** Dead letters and announcements that are missing or are there more than once. */
  unsettled: number;
}

type Kind = 'record' | 'unreadable' | 'absent';

interface Owner {
  epoch: number;
  /** The next offset to read. */
  position: number;
  collector: ObjectCollector;
  unreadable: number[];
  first: number | undefined;
  last: number;
  delivered?: { through: bigint; announcements: readonly string[] };
  attempt: number;
}

const contract = testContract();
const schema: WriterSchema = {
  id: 1,
  avro: contract.schema,
  check: () => {},
  prefixBytes: 5,
  unknownFields: () => [],
  decode: () => undefined,
  writeJson: () => {},
};
const dayMs = 86_400_000;

export async function runChain(random: Random, rule: Rule): Promise<Damage> {
  const length = 20 + random.below(40);
  // Control records, aborted and compacted ones: offsets that no reader ever gets.
  const log: Kind[] = Array.from({ length }, () =>
    random.chance(0.15) ? 'absent' : random.chance(0.08) ? 'unreadable' : 'record',
  );
  const bodies = log.map((_, offset) => Buffer.from(String(offset)));
  const avroReads = new Set(log.flatMap((kind, offset) => (kind === 'unreadable' ? [offset] : [])));
  const expired = new Set<number>();
  const store = memoryStore(rule.write);
  const deadLetters: number[] = [];
  const announced: string[] = [];
  let logStart = 0;
  let committed = 0;
  let epoch = 0;

  const lossy: ObjectStore = {
    create: async (...args) => {
      const made = await store.create(...args);
      if (random.chance(0.1)) throw new Error('the answer was lost');
      return made;
    },
    find: (...args) => store.find(...args),
  };
  const collect = () =>
    new ObjectCollector(
      { topic: contract.topic, partition: 0, contract },
      {
        store: lossy,
        prefixSetting: 'GCS_PREFIX',
        prefix: '',
        // Small enough that objects are also cut by size, records and day.
        rotation: { objectBytes: 60, objectRecords: 12, waitMs: 1, smallBytes: 10, smallWaitMs: 1 },
        encodingFor: () => rows(avroReads),
        announce: ({ name }) => ({ topic: 'objects', key: '', value: Buffer.from(name) }),
      },
    );
  const fresh = (): Owner => ({
    epoch,
    position: Math.max(committed, logStart),
    collector: collect(),
    unreadable: [],
    first: undefined,
    last: -1,
    attempt: 1,
  });
  const recordAt = (offset: number): SinkRecord => {
    const body = bodies[offset] ?? Buffer.alloc(0);
    const timestampMs = Math.floor(offset / 10) * dayMs - (offset % 7 === 0 ? dayMs : 0);
    return {
      id: '',
      writeId: () => {},
      offset: BigInt(offset),
      timestamp: new Date(timestampMs),
      timestampMs,
      key: null,
      headers: {},
      value: undefined,
      writeJson: () => {},
      writeAvro: (out) => out.bytes(body),
      avro: body,
      schema,
    };
  };

  /** Reads the next record that there is. @returns false at the end, or where the unit wants no more */
  const read = (owner: Owner, through = length - 1): boolean => {
    while (owner.position <= through && (log[owner.position] === 'absent' || owner.position < logStart))
      owner.position++;
    if (owner.position > through) return false;
    const offset = owner.position;
    try {
      if (!owner.collector.add(recordAt(offset))) return false;
      owner.first ??= offset;
      owner.last = offset;
    } catch (error) {
      if (!(error instanceof MalformedAvro)) throw error;
      owner.unreadable.push(offset);
    }
    owner.position++;
    return true;
  };

  const deliver = async (owner: Owner): Promise<void> => {
    const signal = new AbortController().signal;
    try {
      const collected = await owner.collector.deliver({ signal, attempt: owner.attempt++ });
      if ('missingThrough' in collected) {
        const wanted = rule.commitThrough(BigInt(owner.last), collected.missingThrough);
        if (wanted === collected.missingThrough) while (read(owner, Number(wanted)));
        else owner.delivered = { through: wanted, announcements: [] };
        return;
      }
      owner.delivered = {
        through: rule.commitThrough(BigInt(owner.last), collected.deliveredThrough),
        announcements: (collected.outputs ?? []).map(({ value }) => value.toString()),
      };
    } catch (error) {
      if (!(error instanceof Error && /was lost|is gone/.test(error.message))) throw error;
    }
  };

  /** @returns false for one who finds out that the partition is another's now */
  const commit = (owner: Owner, { through, announcements }: NonNullable<Owner['delivered']>): boolean => {
    if (owner.epoch !== epoch) return false;
    const end = Number(through);
    deadLetters.push(...owner.unreadable.filter((offset) => offset <= end));
    announced.push(...announcements);
    committed = end + 1;
    Object.assign(owner, fresh());
    delete owner.delivered;
    return true;
  };

  /**
   * Takes away what everybody has read, and, where nobody holds anything, some that nobody has: an owner that sleeps for longer than
   * records are kept is beyond what is promised, see the README.
   */
  const expire = (): void => {
    const isHeld =
      owners.some(
        ({ position, first, unreadable }) => position < committed || first !== undefined || unreadable.length > 0,
      ) || [...store.objects.values()].some(({ facts }) => (facts?.lastOffset ?? 0n) >= BigInt(committed));
    const firsts = owners.map(({ first, position, unreadable }) => Math.min(first ?? position, ...unreadable));
    const limit = isHeld ? Math.min(committed, ...firsts) : committed + 3;
    const start = Math.min(limit, length, logStart + random.below(8));
    for (let offset = Math.max(committed, logStart); offset < start; offset++) expired.add(offset);
    logStart = Math.max(logStart, start);
  };

  let owners: Owner[] = [fresh()];
  const isDone = () =>
    committed >= length || log.slice(Math.max(committed, logStart)).every((kind) => kind === 'absent');
  for (let steps = 0; !isDone(); steps++) {
    if (steps > 20_000) throw new Error('the chain does not come to its end');
    if (random.chance(0.05)) {
      epoch++;
      owners.push(fresh());
    }
    if (random.chance(0.03)) expire();
    const owner = owners[random.below(owners.length)];
    if (owner === undefined) continue;
    // A crash; the next owner begins where the last commit ended.
    if (random.chance(0.02)) {
      owners = owners.filter((other) => other !== owner);
      if (owner.epoch === epoch) {
        epoch++;
        owners.push(fresh());
      }
      continue;
    }
    if (owner.delivered !== undefined) {
      if (!commit(owner, owner.delivered)) owners = owners.filter((other) => other !== owner);
    } else if (owner.attempt > 1) await deliver(owner);
    else {
      for (let more = random.below(8); more > 0 && !owner.collector.isComplete && read(owner); more--);
      if (owner.first !== undefined && (random.chance(0.4) || owner.collector.isComplete)) await deliver(owner);
      else if (owner.first === undefined && owner.unreadable.length > 0)
        owner.delivered = { through: BigInt(owner.position - 1), announcements: [] };
      else if (owner.first !== undefined && !read(owner)) await deliver(owner);
    }
  }
  // Whoever was asleep wakes up and writes what it holds.
  for (const owner of owners) for (let tries = 0; tries < 3 && owner.first !== undefined; tries++) await deliver(owner);

  const copies = new Map<number, number>();
  for (const { bytes } of store.objects.values())
    for (const line of bytes.toString().split('\n').slice(0, -1))
      copies.set(Number(line), (copies.get(Number(line)) ?? 0) + 1);
  const damage: Damage = { lost: 0, duplicated: 0, unsettled: 0 };
  for (const [offset, kind] of log.entries()) {
    if (kind === 'absent' || expired.has(offset)) continue;
    const there = copies.get(offset) ?? 0;
    if (kind === 'record' && there === 0) damage.lost++;
    if (there > 1) damage.duplicated++;
    if (kind === 'unreadable' && (there > 0 || deadLetters.filter((dead) => dead === offset).length !== 1))
      damage.unsettled++;
  }
  const settledObjects = [...store.objects.values()].filter(
    ({ facts }) => (facts?.firstOffset ?? 0n) < BigInt(committed),
  );
  for (const { name } of settledObjects) if (announced.filter((one) => one === name).length !== 1) damage.unsettled++;
  return damage;
}

/** Rows as bare offsets, not compressed. */
const rows = (unreadable: ReadonlySet<number>): RowEncoding => ({
  format: { name: 'JSON', extension: 'json.gz', contentType: 'application/gzip' },
  schemaId: 1,
  schemaIds: [1],
  takes: () => true,
  writeRow(record, out) {
    if (unreadable.has(Number(record.offset))) throw new MalformedAvro('cut short');
    record.writeAvro(out);
    out.byte(0x0a);
  },
  header: () => Buffer.alloc(0),
  block: (bytes) => Buffer.from(bytes),
  end: () => Buffer.alloc(0),
});
