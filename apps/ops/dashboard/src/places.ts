import {
  documentReader,
  documentSearch,
  type DocumentReader,
  type DocumentSearch,
} from '@sluice/connector-elasticsearch';
import { bucketReader, warehouseReader, type WarehouseReader } from '@sluice/connector-google';
import type { ObjectReader } from '@sluice/objects';
import { connectKafka, registryOptions } from '@sluice/kafka';
import type { OperationsAccess } from '@sluice/operations';
import { createCodec } from '@sluice/schema-registry';
import { FatalError, type Logger } from '@sluice/telemetry';
import type { DashboardConfig } from './config.ts';

/** Where events are, as the settings say. */
export interface Places {
  /** Kafka and the registry; undefined until Kafka could be reached. */
  readonly operations: OperationsAccess | undefined;
  /** The same. @throws FatalError while Kafka could not be reached */
  reached(): OperationsAccess;
  documents: DocumentReader;
  search: DocumentSearch;
  /** Undefined where no address is set: the dashboard does not look for them at Google on its own. */
  objects: ObjectReader | undefined;
  rows: WarehouseReader | undefined;
  close(): Promise<void>;
}

/** Connects to Kafka in the background. */
export function openPlaces(
  config: DashboardConfig,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): Places {
  const codec = createCodec(registryOptions(config));
  let operations: OperationsAccess | undefined;
  const connecting = connectKafka({ config, clientId: 'dashboard', logger, signal }).then(
    (kafka) => void (operations = { kafka, codec, logger }),
    (error: unknown) => {
      if (!signal.aborted) logger.error({ err: error }, 'Kafka cannot be used');
    },
  );
  const [documents, search] = [documentReader(config, signal), documentSearch(config, signal)];
  const hasObjects = config.GCS_ENDPOINT !== undefined;
  const hasRows = config.BIGQUERY_ENDPOINT !== undefined || config.BIGQUERY_PROJECT !== undefined;
  return {
    get operations() {
      return operations;
    },
    reached() {
      if (operations !== undefined) return operations;
      throw new FatalError(`Kafka at ${config.KAFKA_BROKERS.join(',')} could not be reached yet`);
    },
    documents,
    search,
    objects: hasObjects ? bucketReader(config, signal) : undefined,
    rows: hasRows ? warehouseReader(config, signal) : undefined,
    async close() {
      await connecting;
      await Promise.all([operations?.kafka.disconnect(), documents.close(), search.close()]);
    },
  };
}
