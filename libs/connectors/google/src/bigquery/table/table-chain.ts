/** An object that waits to be loaded, by its announcement. */
export interface Announced {
  /** The announcement's offset. */
  readonly offset: bigint;
  readonly rows: number;
  readonly bytes: number;
  /** Objects that differ in this do not go into one job: their format, and for Avro files their schema. */
  readonly kind: string;
}

/** Rows of one object, by their number from 0; `to` is the first that is not meant. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** What a job loads: from where the chain stands through the object that `last` announces, or only these rows of one object. */
export interface Coverage {
  readonly last: bigint;
  readonly rows?: RowRange;
}

/** A job to create unless it exists. Its id follows from place and attempt; what it covers is decided by the process that creates it. */
export interface Claim<A extends Announced = Announced> {
  readonly first: A;
  /** Rows of the first object that are behind the chain already. */
  readonly row: number;
  readonly attempt: number;
  readonly coverage: Coverage;
  /** The objects that the coverage names. */
  readonly objects: readonly A[];
  /** Whether it takes the place of a job that failed, or isolates a row. */
  readonly isRepair: boolean;
}

/**
 * What became of a job: its rows are in the table; none is, and the same may be tried again; or none is, and some of its rows are to
 * blame.
 */
export type Outcome = 'loaded' | 'again' | 'refused';

export interface JobLimits {
  readonly objects: number;
  readonly bytes: number;
}

/** https://cloud.google.com/bigquery/quotas#load_jobs */
export const jobLimits: JobLimits = { objects: 10_000, bytes: 15e12 };

/**
 * The chain of one table's load jobs over the announcements of one partition.
 *
 * ```
 * place (announcement, row) ─ attempt 1 ─ failed ─ attempt 2 ─ loaded ─▶ next place: what follows on what attempt 2 covers
 * ```
 *
 * 1. A job's id is made of its place and its attempt, and no id ever names two jobs. A process that comes second adopts the existing job,
 *    **with what it covers**, however different its own claim.
 * 2. An attempt is made only where the one before it is known to have loaded nothing.
 * 3. The next place is what follows on what the loaded job covers.
 *
 * So all processes that walk the chain from one of its places meet the same jobs, whichever of them created these, and exactly one loaded
 * job covers each row. Walks begin at committed offsets: those must lie between two places, see `missingThrough` of the sink's collector.
 *
 * A row is refused only by a job that holds nothing else, from that job's outcome alone, so every walk refuses the same rows.
 */
export class TableChain<A extends Announced = Announced> {
  readonly #limits: JobLimits;
  readonly #announced: A[] = [];
  readonly refused: { readonly object: A; readonly row: number }[] = [];
  #at = 0;
  #row = 0;
  #attempt = 1;
  #failed: { coverage: Coverage; outcome: Outcome } | undefined;

  constructor(limits: JobLimits = jobLimits) {
    this.#limits = limits;
  }

  /** Announcements that were taken in. */
  get length(): number {
    return this.#announced.length;
  }

  /** Takes in the next announcement of the table. */
  add(announced: A): void {
    this.#announced.push(announced);
  }

  /** The job to create or adopt next; undefined when everything that was added is behind the chain. */
  get claim(): Claim<A> | undefined {
    const first = this.#announced[this.#at];
    if (first === undefined) return undefined;
    const coverage = this.#nextCoverage(first);
    return {
      first,
      row: this.#row,
      attempt: this.#attempt,
      coverage,
      objects: this.objectsThrough(coverage.last),
      isRepair: this.#attempt > 1 || this.#row > 0,
    };
  }

  /** The objects from the chain's place through an announcement. */
  objectsThrough(last: bigint): readonly A[] {
    const rest = this.#announced.slice(this.#at);
    return rest.filter(({ offset }) => offset <= last);
  }

  /**
   * Continues after the job of the claim's id.
   *
   * @param coverage what that job covers, all of which has been added
   */
  settle(coverage: Coverage, outcome: Outcome): void {
    if (outcome === 'loaded') return this.#advance(coverage);
    if (outcome === 'refused' && coverage.rows !== undefined && coverage.rows.to - coverage.rows.from === 1) {
      const object = this.#announced[this.#at];
      if (object !== undefined) this.refused.push({ object, row: coverage.rows.from });
      return this.#advance(coverage);
    }
    this.#attempt += 1;
    this.#failed = { coverage, outcome };
  }

  /** Begins again at its place: the table is a new one, into which no job of this place has loaded. */
  restart(): void {
    this.#begin(this.#at, this.#row);
  }

  /** Skips the rest of the first object, which is gone. */
  pass(): void {
    this.#begin(this.#at + 1, 0);
  }

  /** Skips the first object and those after it that are of its kind. @returns them */
  passKind(): readonly A[] {
    const rest = this.#announced.slice(this.#at);
    const end = rest.findIndex(({ kind }) => kind !== rest[0]?.kind);
    const passed = end < 0 ? rest : rest.slice(0, end);
    this.#begin(this.#at + passed.length, 0);
    return passed;
  }

  #advance({ last, rows }: Coverage): void {
    const object = this.#announced[this.#at];
    if (rows !== undefined && object !== undefined && rows.to < object.rows) return this.#begin(this.#at, rows.to);
    const next = this.#announced.findIndex(({ offset }) => offset > last);
    this.#begin(next < 0 ? this.#announced.length : next, 0);
  }

  #begin(at: number, row: number): void {
    this.#at = at;
    this.#row = row;
    this.#attempt = 1;
    this.#failed = undefined;
  }

  #nextCoverage(first: A): Coverage {
    const last = first.offset;
    if (this.#failed === undefined)
      return this.#row > 0 ? { last, rows: { from: this.#row, to: first.rows } } : { last: this.#largest() };
    const { coverage, outcome } = this.#failed;
    if (outcome === 'again') return coverage;
    if (coverage.rows !== undefined) return { last, rows: firstHalf(coverage.rows) };
    const objects = this.objectsThrough(coverage.last);
    const half = objects[Math.ceil(objects.length / 2) - 1] ?? first;
    return objects.length > 1 ? { last: half.offset } : { last, rows: firstHalf({ from: 0, to: first.rows }) };
  }

  /** The announcement that ends the longest run that one job may load. */
  #largest(): bigint {
    let [objects, bytes] = [0, 0];
    let last = 0n;
    const kind = this.#announced[this.#at]?.kind;
    for (let at = this.#at; at < this.#announced.length; at++) {
      const one = this.#announced[at];
      if (one === undefined || one.kind !== kind) break;
      objects += 1;
      bytes += one.bytes;
      // One object is always taken: BigQuery decides whether it is too large.
      if (objects > 1 && (objects > this.#limits.objects || bytes > this.#limits.bytes)) break;
      last = one.offset;
    }
    return last;
  }
}

const firstHalf = ({ from, to }: RowRange): RowRange => ({ from, to: from + Math.max(1, Math.ceil((to - from) / 2)) });
