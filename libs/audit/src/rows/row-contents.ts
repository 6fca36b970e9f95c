import { eventTimeOf, type KafkaRecord } from '@sluice/kafka';
import type { EventContract } from '@sluice/contracts';
import { prefixBytes } from '@sluice/schema-registry';
import type { ReadableRecord } from '../reading/record-json.ts';
import type { RecordLedger } from '../ledger/record-ledger.ts';
import type { EventTable } from './event-table.ts';
import { isRecordCell, numberAt } from '@sluice/connector-google';
import { differingColumns } from './same-value.ts';
import { timeBounds } from './time-bounds.ts';

interface ContentRecord {
  partition: number;
  offset: bigint;
  id: string;
  record: KafkaRecord;
}

/** So much is asked for in one query. */
const recordsAtOnce = 500;
const bytesAtOnce = 1024 * 1024;

/**
 * Compares the contents of rows with records, field by field. Skips records without a row, which the ledger counts as lost. Where a
 * record has several rows, each is compared.
 */
export class RowContents {
  readonly #table: EventTable;
  readonly #contract: EventContract;
  readonly #read: (record: KafkaRecord) => Promise<ReadableRecord | undefined>;
  readonly #ledger: RecordLedger;
  #held: ContentRecord[] = [];
  #bytes = 0;
  /** Records that were compared with their rows. */
  compared = 0;

  constructor(options: {
    table: EventTable;
    contract: EventContract;
    read: (record: KafkaRecord) => Promise<ReadableRecord | undefined>;
    ledger: RecordLedger;
  }) {
    this.#table = options.table;
    this.#contract = options.contract;
    this.#read = options.read;
    this.#ledger = options.ledger;
  }

  async add(record: ContentRecord): Promise<void> {
    this.#held.push(record);
    this.#bytes += record.record.value?.length ?? 0;
    if (this.#held.length >= recordsAtOnce || this.#bytes >= bytesAtOnce) await this.flush();
  }

  async flush(): Promise<void> {
    const wanted = new Map(this.#held.map((one) => [`${one.partition}:${one.offset}`, one]));
    const times = await this.#times();
    this.#held = [];
    this.#bytes = 0;
    if (wanted.size === 0) return;
    if (times !== undefined) await this.#compare(wanted, times);
    // A row whose time is not its record's is in another day, or in none.
    if (wanted.size > 0) await this.#compare(wanted, undefined);
  }

  /** Takes out of `wanted` what it finds. */
  async #compare(wanted: Map<string, ContentRecord>, times: { from: Date; to: Date } | undefined): Promise<void> {
    const found = new Set<string>();
    for await (const { columns, rows } of this.#table.rows([...wanted.values()], times)) {
      const place = columns.findIndex(({ name }) => name === '_kafka');
      const fields = columns[place]?.fields ?? [];
      const [partition, offset] = ['partition', 'offset'].map((name) =>
        fields.findIndex((field) => field.name === name),
      );
      for (const row of rows) {
        const lineage = row.f[place]?.v ?? null;
        if (!isRecordCell(lineage)) continue;
        const key = `${numberAt(lineage, partition ?? 0)}:${numberAt(lineage, offset ?? 0)}`;
        const one = wanted.get(key);
        if (one === undefined) continue;
        if (!found.has(key)) this.compared++;
        found.add(key);
        const readable = await this.#read(one.record);
        const forms = [readable?.document(this.#contract, 'known row'), readable?.document(undefined, 'known row')];
        if (forms[0] === undefined) this.#ledger.changed(one, this.#table.name, undefined);
        else {
          const differing = differingColumns(columns, row, forms);
          if (differing.length > 0) this.#ledger.changed(one, this.#table.name, differing);
        }
      }
    }
    for (const key of found) wanted.delete(key);
  }

  /** From the earliest event time of the held records to the latest; undefined where one cannot be read. */
  async #times(): Promise<{ from: Date; to: Date } | undefined> {
    const times: number[] = [];
    for (const { record } of this.#held) {
      const time = await this.#timeOf(record);
      if (time === undefined) return undefined;
      times.push(time);
    }
    return timeBounds(times);
  }

  async #timeOf(record: KafkaRecord): Promise<number | undefined> {
    const readable = await this.#read(record);
    if (readable === undefined || record.value === null) return undefined;
    try {
      if (this.#contract.derived !== undefined) return eventTimeOf(record, this.#contract, readable.schema);
      const event = readable.schema.decode(record.value.subarray(prefixBytes), this.#contract);
      const time: unknown = Object(event)[this.#contract.time];
      return time instanceof Date ? time.getTime() : undefined;
    } catch {
      return undefined;
    }
  }
}
