import {
  OffsetRuns,
  type OutputRecord,
  type Collected,
  type Collector,
  type SinkRecord,
  type WriteContext,
} from '@sluice/sink';
import type { EventContract } from '@sluice/contracts';
import { adopt, claimName, type Claim } from './claim-chain.ts';
import { ObjectContent } from './object-content.ts';
import type { ObjectFacts } from './object-facts.ts';
import type { FoundObject, ObjectStore } from './object-store.ts';
import { recordFingerprint } from './record-fingerprint.ts';
import { isComplete, isOfLaterDay, waitMs, type Gathered, type Rotation } from './rotation.ts';
import type { RowEncoding } from '../encoding/row-encoding.ts';

/** What all objects of the sink share. */
export interface ObjectSetting {
  store: ObjectStore;
  /** What all names begin with; may be empty. */
  prefix: string;
  /** The setting of the prefix, for messages. */
  prefixSetting: string;
  rotation: Rotation;
  /** The encoding of an object that begins with this record. @throws MalformedAvro when there can be no such object */
  encodingFor(unit: Unit, first: SinkRecord): RowEncoding;
  announce(found: FoundObject & { facts: ObjectFacts }): OutputRecord;
}

export interface Unit {
  topic: string;
  partition: number;
  contract: EventContract;
}

/** What the first record decides. */
interface Begun {
  name: string;
  firstOffset: bigint;
  firstMs: number;
  firstRecord: string;
  encoding: RowEncoding;
}

/** Gathers records of one partition into one object of the claim chain: see `claim-chain.ts`. */
export class ObjectCollector implements Collector {
  readonly #unit: Unit;
  readonly #setting: ObjectSetting;
  readonly #offsets = new OffsetRuns();
  /** Readable or not. */
  #seenThrough = -1n;
  #records = 0;
  #begun: Begun | undefined;
  /** Undefined once another object is adopted in its place. */
  #content: ObjectContent | undefined;
  #adopted: (FoundObject & { facts: ObjectFacts }) | undefined;

  constructor(unit: Unit, setting: ObjectSetting) {
    this.#unit = unit;
    this.#setting = setting;
  }

  add(record: SinkRecord): boolean {
    if (this.#adopted !== undefined) {
      if (record.offset > this.#adopted.facts.lastOffset) return false;
    } else if (this.#begun !== undefined && !this.#takes(this.#begun.encoding, record)) return false;
    this.#seenThrough = record.offset;
    const begun = this.#begun ?? this.#begin(record);
    // While it catches up with an adopted object, a record's row is only made to check that the record can be read.
    const content = this.#content ?? new ObjectContent(begun.encoding);
    content.add(record);
    if (this.#begun === undefined) [this.#begun, this.#content] = [begun, content];
    this.#offsets.add(record.offset);
    this.#records++;
    return true;
  }

  get bytes(): number {
    return (this.#content?.bytes ?? 0) + this.#offsets.bytes;
  }

  get isComplete(): boolean {
    if (this.#adopted !== undefined) return this.#seenThrough >= this.#adopted.facts.lastOffset;
    return isComplete(this.#setting.rotation, this.#gathered);
  }

  get waitMs(): number {
    return waitMs(this.#setting.rotation, this.#gathered);
  }

  async deliver({ signal, attempt }: WriteContext): Promise<Collected> {
    const begun = this.#begun;
    // All records so far were unreadable, so there is nothing to upload.
    if (begun === undefined) return { deliveredThrough: this.#seenThrough };
    if (this.#adopted !== undefined) {
      // The missing records have come, as far as Kafka still has them.
      const { lastOffset } = this.#adopted.facts;
      return this.#adopt(begun, this.#adopted, this.#seenThrough < lastOffset ? lastOffset : this.#seenThrough);
    }
    const { store } = this.#setting;
    // After a failure the object may exist: looking costs less than sending all of it again.
    let found = attempt > 1 ? await store.find(begun.name, signal) : undefined;
    if (found === undefined) {
      const facts = this.#facts(begun);
      const { name, encoding } = begun;
      const content = this.#finished().finish();
      const created = await store.create({ name, contentType: encoding.format.contentType, content, facts }, signal);
      if (created !== undefined) return this.#committed(sound({ ...created, facts }));
      found = await store.find(name, signal);
      if (found === undefined) throw new Error(`the object ${name} was there and is gone; it is tried again`);
    }
    return this.#adopt(begun, found, this.#seenThrough);
  }

  #takes(encoding: RowEncoding, record: SinkRecord): boolean {
    return encoding.takes(record) && !isOfLaterDay(this.#setting.rotation, this.#gathered, record.timestampMs);
  }

  #begin(first: SinkRecord): Begun {
    const { contract, partition } = this.#unit;
    const encoding = this.#setting.encodingFor(this.#unit, first);
    const { offset, timestampMs: timeMs } = first;
    return {
      name: claimName(this.#setting.prefix, contract, partition, { offset, timeMs }, encoding.format.extension),
      firstOffset: offset,
      firstMs: timeMs,
      firstRecord: recordFingerprint(first),
      encoding,
    };
  }

  #adopt(begun: Begun, found: FoundObject, seenThrough: bigint): Collected {
    const { topic, partition } = this.#unit;
    const claim: Claim = {
      ...begun,
      prefixSetting: this.#setting.prefixSetting,
      topic,
      partition,
      seenThrough,
      countThrough: (offset) => this.#offsets.countThrough(offset),
    };
    const adoption = adopt(claim, found.facts);
    if (found.facts === undefined) return adoption;
    const adopted = sound({ ...found, facts: found.facts });
    if ('deliveredThrough' in adoption) return this.#committed(adopted);
    this.#adopted = adopted;
    this.#content = undefined;
    return adoption;
  }

  #committed(found: FoundObject & { facts: ObjectFacts }): Collected {
    return { deliveredThrough: found.facts.lastOffset, outputs: [this.#setting.announce(found)] };
  }

  #finished(): ObjectContent {
    if (this.#content === undefined) throw new Error('an object without content');
    return this.#content;
  }

  #facts({ firstOffset, firstRecord, encoding }: Begun): ObjectFacts {
    const { topic, partition } = this.#unit;
    return {
      topic,
      partition,
      firstOffset,
      lastOffset: this.#offsets.last ?? firstOffset,
      records: this.#records,
      schemaId: encoding.schemaId,
      schemaIds: encoding.schemaIds,
      format: encoding.format.name,
      firstRecord,
      crc32c: this.#finished().finish().crc32c,
    };
  }

  get #gathered(): Gathered {
    return {
      compressedBytes: this.#content?.compressedBytes ?? 0,
      records: this.#records,
      firstMs: this.#begun?.firstMs ?? 0,
    };
  }
}

/** @throws Error when the object that is stored is not what its writer sent */
function sound<F extends FoundObject & { facts: ObjectFacts }>(found: F): F {
  if (found.crc32c === found.facts.crc32c) return found;
  throw new Error(
    `the object ${found.name} was damaged on its way: its checksum is ${found.crc32c}, not ${found.facts.crc32c}; delete it, unless offsets were reset and it had been committed before, and it is written again`,
  );
}
