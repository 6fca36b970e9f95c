import { AvroWalk, MalformedAvro } from '../walk/avro-walk.ts';

/** One pass over Avro bytes that returns values. Generated code calls the methods in the order of the schema. Reused for every record. */
export class ValueDecoding extends AvroWalk {
  boolean(): boolean {
    return this.truth();
  }

  float(): number {
    return this.input.readFloatLE(this.take(4));
  }

  double(): number {
    return this.input.readDoubleLE(this.take(8));
  }

  string(): string {
    const from = this.utf8();
    return this.input.toString('utf8', from, this.position);
  }

  /** A copy, because a view would keep alive the much larger buffer of the whole fetch. */
  bytes(length: number): Buffer {
    const at = this.take(length);
    return Buffer.from(this.input.subarray(at, at + length));
  }

  uuidBytes(text: string): Buffer {
    return Buffer.from(text.replaceAll('-', ''), 'hex');
  }

  /** A date; a bigint beyond the range of Date. */
  date(millis: number | bigint): Date | bigint {
    if (typeof millis === 'bigint') return millis;
    return Math.abs(millis) <= greatestDate ? new Date(millis) : BigInt(millis);
  }

  symbol(symbols: readonly (string | undefined)[]): string {
    const symbol = symbols[this.index(symbols.length)];
    if (symbol === undefined) throw new MalformedAvro('an enum value that has no symbol here');
    return symbol;
  }

  /** An object without a prototype, so that it has no names but those of the record. */
  map(): Record<string, unknown> {
    return Object.create(null) as Record<string, unknown>;
  }

  /**
   * Stands in for a value that its type cannot hold: a number beyond 2^53, a time beyond the range of Date. Only reading that property
   * throws.
   */
  refuse(holder: object, key: string | number, where: string): void {
    const get = (): never => {
      throw new MalformedAvro(`${where} is a whole number or a time too large to be held exactly`);
    };
    // Of several values with one key in a map, the last counts.
    const set = (value: unknown): void => {
      Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
    };
    Object.defineProperty(holder, key, { get, set, enumerable: true, configurable: true });
  }
}

/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const greatestDate = 8.64e15;
