// What the server tells the page about contracts.

export interface ContractSummary {
  name: string;
  topic: string;
  doc: string;
  key: string[];
  time: string;
  rotation: string;
  index: string;
  table: string;
  fields: number;
}

/** One field on its way: Avro, mapping, column. Undefined parts do not exist. */
export interface ContractField {
  path: string;
  doc?: string;
  avro: string;
  annotation?: string;
  mapping?: string;
  /** The mapping of the newest index, where it differs. */
  liveMapping?: string;
  column?: string;
  /** The column of the table, where it differs. */
  liveColumn?: string;
}

export interface SchemaVersion {
  version: number;
  id: number;
  fields: number;
  /** Fields that it has and the contract lacks, and the reverse. */
  added: string[];
  removed: string[];
  isContract: boolean;
}

export interface ContractDetails extends ContractSummary {
  columns: ContractField[];
  /** Newest first. */
  versions: SchemaVersion[];
  /** What could not be looked at, in sentences. */
  notes: string[];
}
