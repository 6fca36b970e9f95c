import type { KafkaRecord } from '@sluice/kafka';
import { objectName, type EventContract } from '@sluice/contracts';
import type { RecordLedger } from '../../ledger/record-ledger.ts';
import type { ObjectFaults } from '../object-faults.ts';
import { ObjectReading } from '../object-reading.ts';
import type { StoredRow } from '@sluice/objects';
import type { TopicObject } from '../stored-objects.ts';

/** What a chain is compared with, and what collects the findings. */
export interface ChainContext {
  contract: EventContract;
  /** Where the sink's names begin: its prefix. */
  prefix: string;
  rowsOf: (object: TopicObject) => AsyncGenerator<StoredRow>;
  timeOf: (record: KafkaRecord) => Promise<number | undefined>;
  differs: (row: StoredRow, record: KafkaRecord, schemaId: number) => Promise<string[] | undefined>;
  ledger: RecordLedger;
  faults: ObjectFaults;
}

/**
 * Compares the objects of one partition with its records, both in order of offsets. One object is open at a time, more only where they
 * overlap.
 */
export class PartitionChain {
  readonly #partition: number;
  readonly #from: bigint;
  readonly #to: bigint;
  readonly #context: ChainContext;
  /** In order of their first offsets. */
  readonly #objects: readonly TopicObject[];
  #next = 0;
  #open: ObjectReading[] = [];
  /** Records that no object covers, up to now: the gap that the next object ends. */
  #gap: { from: bigint; to: bigint; records: number } | undefined;

  /**
   * @param objects those that hold a record from `from` on and before `to`
   * @param from the first offset that Kafka has
   * @param to the first that is not compared
   */
  constructor(
    partition: number,
    range: { from: bigint; to: bigint },
    objects: readonly TopicObject[],
    context: ChainContext,
  ) {
    this.#partition = partition;
    this.#from = range.from;
    this.#to = range.to;
    this.#objects = objects;
    this.#context = context;
  }

  /** Compares the next record, in offset order. */
  async judge(record: KafkaRecord, id: string, isDeadLetter: boolean): Promise<void> {
    const { offset } = record;
    const { ledger, differs } = this.#context;
    await this.#passTo(offset);
    const judged = { partition: this.#partition, offset, id, isDeadLetter };
    const places: string[] = [];
    for (const reading of this.#open) {
      for (let row = await reading.peek(); row?.offset === offset; row = await reading.peek()) {
        const { object } = reading;
        places.push(object.name);
        if (offset === object.first) await this.#judgeName(record, object);
        // Of several copies the first is compared: that there are several is worse.
        const fields = places.length === 1 ? await differs(row, record, object.schemaId) : undefined;
        if (fields !== undefined) ledger.changed(judged, object.name, fields.length === 0 ? undefined : fields);
        reading.take();
      }
    }
    ledger.judge(judged, places);
    if (places.length > 0 || isDeadLetter || this.#open.some(({ object }) => covers(object, offset))) return;
    this.#gap ??= { from: offset, to: offset, records: 0 };
    this.#gap.to = offset;
    this.#gap.records++;
  }

  /** After the last record. */
  async finish(): Promise<void> {
    await this.#passTo(this.#to);
    // What an object has beyond the cut is not judged, but its metadata are.
    for (const reading of this.#open) while ((await reading.peek()) !== undefined) reading.take();
    this.#endGap(undefined);
    await this.close();
  }

  /** Ends all readings. */
  async close(): Promise<void> {
    await Promise.all(this.#open.map((reading) => reading.close()));
    this.#open = [];
  }

  /** Opens the objects that begin before or at an offset; rows before it have no record. */
  async #passTo(offset: bigint): Promise<void> {
    for (let object = this.#objects[this.#next]; object !== undefined; object = this.#objects[this.#next]) {
      if (object.first > offset || object.first >= this.#to) break;
      this.#next++;
      this.#endGap(object);
      // Only objects that overlap stay open as well.
      await this.#passRows(object.first);
      this.#open.push(this.#reading(object));
    }
    await this.#passRows(offset);
  }

  async #passRows(offset: bigint): Promise<void> {
    const open: ObjectReading[] = [];
    for (const reading of this.#open) {
      let row = await reading.peek();
      for (; row !== undefined && row.offset < offset; row = await reading.peek()) {
        if (row.offset >= this.#from) this.#unknown(row, reading.object);
        reading.take();
      }
      // An object is closed once nothing is in it that is still to be compared.
      if (row === undefined && !covers(reading.object, offset)) await reading.close();
      else open.push(reading);
    }
    this.#open = open;
  }

  #reading(object: TopicObject): ObjectReading {
    const { contract, rowsOf, faults } = this.#context;
    return new ObjectReading({
      object,
      topic: contract.topic,
      rows: rowsOf(object),
      faults,
      onUnknown: (row) => this.#unknown(row, object),
    });
  }

  #unknown({ topic, partition, offset }: StoredRow, { name }: TopicObject): void {
    this.#context.ledger.unknown({ id: `${topic}-${partition}-${offset}`, place: name, partition, offset });
  }

  async #judgeName(record: KafkaRecord, { name, format }: TopicObject): Promise<void> {
    const { contract, prefix, faults, timeOf } = this.#context;
    const timeMs = await timeOf(record);
    if (timeMs === undefined) return;
    const extension = format === 'JSON' ? 'json.gz' : 'avro';
    const right = prefix + objectName(contract, this.#partition, { offset: record.offset, timeMs }, extension);
    if (name !== right) faults.add('disagrees', name, `by its first record its name is ${right}`);
  }

  #endGap(next: TopicObject | undefined): void {
    const gap = this.#gap;
    if (gap === undefined) return;
    this.#gap = undefined;
    const before = this.#objects.findLast(({ last }) => last < gap.from)?.name;
    const where = next === undefined ? `after ${before ?? 'nothing'}` : `before ${next.name}`;
    this.#context.faults.add(
      'gap',
      next?.name ?? before ?? '',
      `no object of partition ${this.#partition} holds the offsets ${gap.from} to ${gap.to} (${gap.records} records), ${where}`,
    );
  }
}

const covers = ({ first, last }: TopicObject, offset: bigint): boolean => first <= offset && offset <= last;
