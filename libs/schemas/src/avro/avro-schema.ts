/** An Avro schema as its JSON form (https://avro.apache.org/docs/1.12.0/specification/), with Sluice's annotations on it. */
export type AvroSchema = string | readonly AvroSchema[] | AvroNamed | AvroArray | AvroMap | AvroPrimitive;
export type AvroNamed = AvroRecord | AvroEnum | AvroFixed;

interface Named {
  name: string;
  namespace?: string;
  aliases?: readonly string[];
  doc?: string;
}

export interface AvroRecord extends Named {
  type: 'record' | 'error';
  fields: readonly AvroField[];
  sluice?: unknown;
}

export interface AvroField {
  name: string;
  type: AvroSchema;
  doc?: string;
  default?: unknown;
  aliases?: readonly string[];
  sluice?: FieldAnnotation;
}

/** What Avro cannot say about a field. */
export interface FieldAnnotation {
  /** How a string is searched: as one exact word (the default), as words of a text, or not at all. */
  search?: 'keyword' | 'text' | 'none';
  /** An array of records whose fields must match together, in one element. */
  nested?: boolean;
  /** A measurement that only grows, or one that goes up and down. */
  kind?: 'counter' | 'gauge';
}

export interface AvroEnum extends Named {
  type: 'enum';
  symbols: readonly string[];
  default?: string;
}

export interface AvroFixed extends Named {
  type: 'fixed';
  size: number;
  logicalType?: string;
  precision?: number;
  scale?: number;
}

export interface AvroArray {
  type: 'array';
  items: AvroSchema;
}

export interface AvroMap {
  type: 'map';
  values: AvroSchema;
}

/** A primitive with attributes (a logical type), or a type nested in a type. */
interface AvroPrimitive {
  type: string | AvroSchema;
  logicalType?: string;
  precision?: number;
  scale?: number;
}

/** The full name of a named type: its name where that is dotted, else within its own or the enclosing namespace. */
export function fullName(named: { name: string; namespace?: string }, enclosing: string): string {
  if (named.name.includes('.')) return named.name;
  const namespace = named.namespace ?? enclosing;
  return namespace === '' ? named.name : `${namespace}.${named.name}`;
}

/** The namespace part of a full name, empty where there is none. */
export const namespaceOf = (full: string): string => full.slice(0, Math.max(0, full.lastIndexOf('.')));
