import type { AvroArray, AvroEnum, AvroField, AvroFixed, AvroMap, AvroPrimitive, AvroRecord } from '@sluice/avro';

/** A contract's schema: an Avro schema with our annotations, under the attribute `sluice`, on records and fields. */
export type ContractSchema =
  string | readonly ContractSchema[] | ContractNamed | ContractArray | ContractMap | ContractPrimitive;
export type ContractNamed = ContractRecord | AvroEnum | AvroFixed;

export interface ContractRecord extends AvroRecord {
  fields: readonly ContractField[];
  /** See `EventContract`, which reads and checks it. */
  sluice?: unknown;
}

export interface ContractField extends AvroField {
  type: ContractSchema;
  sluice?: FieldAnnotation;
}

/** What Avro cannot say about a field. */
export interface FieldAnnotation {
  /** How a string is searched: as one exact word (the default), as words of a text, or not at all. */
  search?: 'keyword' | 'text' | 'none';
  /** Further ways to search a text, each indexed once more: by the stems of English words, or as a whole. */
  copies?: readonly ('english' | 'exact')[];
  /**
   * A map or JSON, outermost in its record, of which each name becomes a field of its own, found by its number, say, until an index has as
   * many fields as it may have. Names beyond that are in one flattened field, as without this annotation all are.
   */
  open?: boolean;
  /** An array of records whose fields must match together, in one element. */
  nested?: boolean;
  /** A measurement that only grows, or one that goes up and down. */
  kind?: 'counter' | 'gauge';
}

interface ContractArray extends AvroArray {
  items: ContractSchema;
}

interface ContractMap extends AvroMap {
  values: ContractSchema;
}

interface ContractPrimitive extends AvroPrimitive {
  type: ContractSchema;
}
