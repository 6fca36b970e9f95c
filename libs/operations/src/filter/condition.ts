/** A path into an event; numbers are places in an array. */
export type Path = readonly (string | number)[];

/** What a field is compared with. */
export type Operand =
  | { readonly kind: 'text'; readonly text: string }
  /** `source` as it was written: an id that a record holds as text can be compared with a number. */
  | { readonly kind: 'number'; readonly number: number | bigint; readonly source: string }
  | { readonly kind: 'boolean'; readonly boolean: boolean }
  | { readonly kind: 'null' }
  /** Milliseconds since 1970, before the present or since then. */
  | { readonly kind: 'time'; readonly ms: number; readonly isAge: boolean };

export type Order = '<' | '<=' | '>' | '>=';

/** What a filter expression says. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'equal'; readonly path: Path; readonly operand: Operand }
  | {
      readonly kind: 'order';
      readonly path: Path;
      readonly order: Order;
      readonly operand: Extract<Operand, { kind: 'text' | 'number' | 'time' }>;
    }
  /** Whatever the case of its characters. */
  | { readonly kind: 'contains'; readonly path: Path; readonly text: string }
  | { readonly kind: 'matches'; readonly path: Path; readonly pattern: Pattern };

export interface Pattern {
  test(text: string): boolean;
}
