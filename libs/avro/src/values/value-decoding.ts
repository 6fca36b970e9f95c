import { AvroWalk, MalformedAvro } from '../walk/avro-walk.ts';

/** One pass over Avro bytes that makes values. Generated code calls the methods in the order of the schema. Reused for every record. */
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

  /** A copy: the record's own bytes are a part of a much larger buffer, which it would hold. */
  bytes(length: number): Buffer {
    const at = this.take(length);
    return Buffer.from(this.input.subarray(at, at + length));
  }

  uuidBytes(text: string): Buffer {
    return Buffer.from(text.replaceAll('-', ''), 'hex');
  }

  /** A date; a bigint where there is no such date. */
  date(millis: number | bigint): Date | bigint {
    if (typeof millis === 'bigint') return millis;
    return Math.abs(millis) <= greatestDate ? new Date(millis) : BigInt(millis);
  }

  symbol(symbols: readonly (string | undefined)[]): string {
    const symbol = symbols[this.index(symbols.length)];
    if (symbol === undefined) throw new MalformedAvro('an enum value that has no symbol here');
    return symbol;
  }

  /** Without a prototype: it has the names that the record has, and no others, whatever those are. */
  map(): Record<string, unknown> {
    return Object.create(null) as Record<string, unknown>;
  }

  /**
   * Stands for a value that its type cannot hold: a number beyond 2^53, a date beyond those that there are. Who does not look at it is not
   * concerned; who does gets the error.
   */
  refuse(holder: object, key: string | number, where: string): void {
    const get = (): never => {
      throw new MalformedAvro(`${where} is a whole number or a time too large to be held exactly`);
    };
    // The last of several values of one key in a map counts.
    const set = (value: unknown): void => {
      Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
    };
    Object.defineProperty(holder, key, { get, set, enumerable: true, configurable: true });
  }
}

/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const greatestDate = 8.64e15;
