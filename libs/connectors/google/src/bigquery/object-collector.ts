import type { EventContract, StoredObject } from '@sluice/contracts';
import type { Collected, Collector, SinkRecord, WriteContext } from '@sluice/sink';
import type { AnnouncedObject } from './load/load-job.ts';
import { loadTable, type Loading, type TableLoad } from './load/load-table.ts';
import { deadLettersOf, type Reread } from './rows/refused-rows.ts';
import { jobLimits, TableChain } from './table/table-chain.ts';

/** Whose objects are loaded, and from where. */
interface ObjectOrigin {
  /** Consumer group of the sink that writes them: another group's hold the same records once more. */
  readonly group: string;
  readonly bucket: string;
  /** What their names begin with. */
  readonly prefix: string;
}

/** Why an announced object is not loaded: the service account may be able to read more than it is meant to load. */
function misplaced({ bucket, name }: StoredObject, origin: ObjectOrigin): string | undefined {
  if (bucket !== origin.bucket) return `the object is in the bucket ${bucket}, and GCS_BUCKET is ${origin.bucket}`;
  if (!name.startsWith(origin.prefix)) return `the name of the object does not begin with GCS_PREFIX, ${origin.prefix}`;
  // In the URIs of a job it stands for any text.
  return name.includes('*') ? 'the name of the object has an asterisk, which BigQuery takes for any text' : undefined;
}

/** The memory of an announcement without its names. */
const announcementBytes = 1_000;

export interface ObjectCollectorOptions {
  readonly partition: number;
  /** The contract of a topic that is loaded here; undefined for those that are left to others. */
  readonly contractOf: (topic: string) => EventContract | undefined;
  /** Where the objects to load are. */
  readonly origin: ObjectOrigin;
  /** Called for each object that is another group's. */
  readonly onForeign: () => void;
  readonly tableKey: (contract: EventContract) => string;
  readonly gatherMs: number;
  readonly app: string;
  readonly reread: Reread;
  readonly loading: Loading;
}

/** Gathers announcements of one partition until it is their tables' turn, then loads their objects, with one chain per table. */
export class ObjectCollector implements Collector<StoredObject> {
  readonly #options: ObjectCollectorOptions;
  readonly #tables = new Map<string, TableLoad>();
  readonly #misplaced: { record: SinkRecord<StoredObject>; reason: string }[] = [];
  readonly #records = new Map<bigint, SinkRecord<StoredObject>>();
  readonly #firstSeen = new Date();
  #lastAdded = -1n;
  #mostObjects = 0;
  #bytes = 0;

  constructor(options: ObjectCollectorOptions) {
    this.#options = options;
  }

  add(record: SinkRecord<StoredObject>): boolean {
    // Copied, so that a value that does not fit is refused here, where it affects this record only.
    const object = { ...record.value };
    this.#lastAdded = record.offset;
    const { origin, onForeign } = this.#options;
    if (object.group !== origin.group) {
      onForeign();
      return true;
    }
    const reason = misplaced(object, origin);
    if (reason !== undefined) {
      this.#misplaced.push({ record, reason });
      return true;
    }
    const contract = this.#options.contractOf(object.topic);
    if (contract === undefined) return true;
    const table = this.#tables.get(object.topic) ?? {
      contract,
      chain: new TableChain(),
      refused: [],
      conflicts: new Map(),
      rejected: [],
    };
    this.#tables.set(object.topic, table);
    table.chain.add(announced(record.offset, object));
    this.#records.set(record.offset, record);
    this.#mostObjects = Math.max(this.#mostObjects, table.chain.length);
    this.#bytes += announcementBytes + object.name.length + object.bucket.length;
    this.#showPending();
    return true;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isComplete(): boolean {
    return this.#mostObjects >= jobLimits.objects;
  }

  /** Until every table has its turn: then one job for each takes all that came meanwhile. */
  get waitMs(): number {
    const { gatherMs, tableKey, loading } = this.#options;
    const turns = [...this.#tables.values()].map(({ contract }) => loading.pacing.waitMs(tableKey(contract)));
    const turnMs = Math.max(0, ...turns);
    return turnMs === 0 ? gatherMs : Math.max(gatherMs, Date.now() - this.#firstSeen.getTime() + turnMs);
  }

  async deliver({ signal }: WriteContext): Promise<Collected<StoredObject>> {
    const { partition, loading, app, reread } = this.#options;
    const tables = [...this.#tables.values()];
    const unit = { partition, lastAdded: this.#lastAdded, signal };
    // A table that fails does not keep the others from being loaded.
    const loads = await Promise.allSettled(tables.map((table) => loadTable(table, loading, unit)));
    for (const load of loads) if (load.status === 'rejected') throw load.reason;
    const missing = loads.flatMap((load) => (load.status === 'fulfilled' ? (load.value ?? []) : []));
    const missingThrough = missing.reduce((most, offset) => (offset > most ? offset : most), -1n);
    if (missingThrough >= 0n) return { missingThrough };

    const refused = tables.flatMap((table) => table.refused);
    const outputs = await deadLettersOf(refused, {
      by: app,
      rows: loading.rows,
      reread,
      firstSeen: this.#firstSeen,
      signal,
    });
    for (const { object } of refused) loading.metrics.refused.inc({ table: object.topic });
    const rejected = tables.flatMap((table) =>
      table.rejected.flatMap(({ announced: { offset }, reason }) => {
        const record = this.#records.get(offset);
        return record === undefined ? [] : [{ record, reason }];
      }),
    );
    this.#records.clear();
    this.#showPending();
    return { deliveredThrough: this.#lastAdded, outputs, rejected: [...this.#misplaced, ...rejected] };
  }

  #showPending(): void {
    const { partition, loading } = this.#options;
    loading.metrics.pending.set({ partition: String(partition) }, this.#records.size);
  }
}

/** Avro files of several schemas do not go into one job: BigQuery would take one file's schema for all. */
const announced = (offset: bigint, object: StoredObject): AnnouncedObject => ({
  offset,
  object,
  rows: Number(object.records),
  bytes: Number(object.bytes),
  kind: object.format === 'AVRO' ? `AVRO ${object.schema_id}` : 'JSON',
});
