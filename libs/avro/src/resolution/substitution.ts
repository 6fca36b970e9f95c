/**
 * A kind of value that a destination cannot hold exactly, at one place of a schema.
 *
 * `not_finite`: NaN or an infinity, which JSON lacks, is written as text. `out_of_range`: a date, time, timestamp or decimal is outside the
 * destination's range. A document keeps it, but cannot be searched by it; a row has null.
 */
export interface Substitution {
  /** The record and the field: `Order.valid_to`. */
  readonly field: string;
  readonly kind: 'not_finite' | 'out_of_range';
}

/** How often each occurred in one record. */
export type Substitutions = ReadonlyMap<Substitution, number>;

/** What the transcoder's methods need to know about a place in the schema. Made when a schema is compiled. */
export interface ValuePlace {
  readonly notFinite: Substitution;
  readonly outOfRange: Substitution;
  readonly isRow: boolean;
}

export const valuePlace = (field: string, isRow: boolean): ValuePlace => ({
  notFinite: { field, kind: 'not_finite' },
  outOfRange: { field, kind: 'out_of_range' },
  isRow,
});
