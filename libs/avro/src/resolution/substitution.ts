/**
 * A kind of value that a destination cannot take as it is, at one place of a schema.
 *
 * `not_finite`: NaN or an infinity, which JSON lacks, is written as text. `out_of_range`: a date, time, timestamp or decimal outside
 * what the destination holds. A document has it exactly, but it cannot be searched by it; a row has null.
 */
export interface Substitution {
  /** The record and the field: `Order.valid_to`. */
  readonly field: string;
  readonly kind: 'not_finite' | 'out_of_range';
}

/** How often each was used for one record. */
export type Substitutions = ReadonlyMap<Substitution, number>;

/** Where a value is written, with what its methods need to know of the place. Made when a schema is compiled. */
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
