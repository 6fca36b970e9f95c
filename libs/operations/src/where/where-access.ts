import type { EventContract } from '@sluice/contracts';
import type { WarehouseReader } from '@sluice/connector-google';
import type { ObjectReader } from '@sluice/objects';
import type { DocumentReader, DocumentSearch } from '@sluice/connector-elasticsearch';
import type { KafkaClient } from '@sluice/kafka';
import type { Codec } from '@sluice/schema-registry';

/** What `where` asks. A destination that is left out is not asked, and its findings are `unknown`. */
export interface WhereAccess {
  kafka: KafkaClient;
  codec: Codec;
  signal: AbortSignal;
  documents?: DocumentReader | undefined;
  /** Without it, words are not looked for. */
  search?: DocumentSearch | undefined;
  objects?: ObjectReader | undefined;
  rows?: WarehouseReader | undefined;
  /** The addresses of stand-ins: without them, links lead to Google's console. */
  links?: { elasticsearch?: string | undefined; gcs?: string | undefined; bigquery?: string | undefined };
  /** The consumer groups of the sinks: their names by default. */
  groups?: { elasticsearch?: string; gcs?: string; bigquery?: string };
  /** All events by default. */
  contracts?: readonly EventContract[];
  /** Learns how far a scan is. */
  progress?: { show(what: string, done: number, total?: number): void };
  /** The most records of a topic that are read to find an id: a million by default. */
  scanRecords?: number;
}

export const groupOf = ({ groups = {} }: WhereAccess, sink: 'elasticsearch' | 'gcs' | 'bigquery'): string =>
  groups[sink] ?? sink;

export const scanLimit = ({ scanRecords = 1_000_000 }: WhereAccess): number => scanRecords;
