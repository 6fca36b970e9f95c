import type { AvroSchema } from '@sluice/avro';

/** A schema as the registry has it. */
export interface RegisteredSchema {
  readonly schema: AvroSchema;
  /** Named types that the schema refers to without defining them. */
  readonly references?: readonly AvroSchema[] | undefined;
}
