import { UnreadableObject, type StoredRow } from '@sluice/objects';
import type { ObjectFaults } from './object-faults.ts';
import type { TopicObject } from './stored-objects.ts';

/**
 * Reads one object along with the records of its partition, and checks its metadata at the end.
 *
 * Rows are given in order of their offsets. One that is out of order, or of another partition, belongs to no later record, so `onUnknown` gets it.
 */
export class ObjectReading {
  readonly object: TopicObject;
  readonly #rows: AsyncGenerator<StoredRow>;
  readonly #faults: ObjectFaults;
  readonly #onUnknown: (row: StoredRow) => void;
  readonly #topic: string;
  #row: StoredRow | undefined;
  #isFilled = false;
  #count = 0;
  #first: bigint | undefined;
  #last: bigint | undefined;

  constructor(options: {
    object: TopicObject;
    topic: string;
    rows: AsyncGenerator<StoredRow>;
    faults: ObjectFaults;
    onUnknown: (row: StoredRow) => void;
  }) {
    this.object = options.object;
    this.#topic = options.topic;
    this.#rows = options.rows;
    this.#faults = options.faults;
    this.#onUnknown = options.onUnknown;
  }

  /** The next row that was not taken; undefined at the end. Good until `take`. */
  async peek(): Promise<StoredRow | undefined> {
    while (!this.#isFilled) await this.#advance();
    return this.#row;
  }

  take(): void {
    if (this.#row !== undefined) this.#isFilled = false;
  }

  /** Ends the reading, wherever it is. */
  async close(): Promise<void> {
    await this.#rows.return(undefined);
  }

  async #advance(): Promise<void> {
    const row = await this.#next();
    if (row === undefined) {
      [this.#row, this.#isFilled] = [undefined, true];
      return;
    }
    this.#count++;
    const { partition, offset, topic } = row;
    if (topic !== this.#topic || partition !== this.object.partition) return this.#onUnknown(row);
    if (this.#last !== undefined && offset < this.#last) {
      this.#faults.add('disagrees', this.object.name, `its row of offset ${offset} comes after that of ${this.#last}`);
      return this.#onUnknown(row);
    }
    this.#first ??= offset;
    this.#last = offset;
    [this.#row, this.#isFilled] = [row, true];
  }

  async #next(): Promise<StoredRow | undefined> {
    const { name } = this.object;
    try {
      const { value, done } = await this.#rows.next();
      if (done !== true) return value;
      const wrong = this.#disagreement();
      if (wrong !== undefined) this.#faults.add('disagrees', name, wrong);
    } catch (error) {
      if (!(error instanceof UnreadableObject)) throw error;
      this.#faults.add('unreadable', name, `after ${this.#count} rows it cannot be read: ${error.message}`);
    }
    return undefined;
  }

  #disagreement(): string | undefined {
    const { first, last, records } = this.object;
    const differs = [
      ...(this.#count === records ? [] : [`${records} rows and it holds ${this.#count}`]),
      ...(this.#first === first ? [] : [`the first offset ${first} and its first row has ${this.#first ?? 'none'}`]),
      ...(this.#last === last ? [] : [`the last offset ${last} and its last row has ${this.#last ?? 'none'}`]),
    ];
    return differs.length === 0 ? undefined : `its metadata say ${differs.join('; and ')}`;
  }
}
