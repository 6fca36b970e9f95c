import type { ElasticsearchConfig } from '@sluice/connector-elasticsearch';
import type { BigqueryConfig, GcsConfig } from '@sluice/connector-google';
import { contracts as allContracts, type EventContract } from '@sluice/contracts';
import { registryOptions, type KafkaConfig } from '@sluice/kafka';
import { checkBigquery } from './check-bigquery.ts';
import { checkElasticsearch } from './check-elasticsearch.ts';
import { checkKafka } from './check-kafka.ts';
import { checkMachine } from './check-machine.ts';
import { checkRegistry } from './check-registry.ts';
import { checkStorage } from './check-storage.ts';
import type { Check, Checks } from './check.ts';

/** What is checked. A server without settings is left out. */
export interface Patient {
  /** Where logs and local servers keep their data. */
  folder: string;
  kafka?: KafkaConfig | undefined;
  registry?: Parameters<typeof registryOptions>[0] | undefined;
  elasticsearch?: ElasticsearchConfig | undefined;
  storage?: GcsConfig | undefined;
  bigquery?: BigqueryConfig | undefined;
  contracts?: readonly EventContract[];
}

/**
 * Tries this machine and each server, and yields what it finds as it finds it. It changes nothing anywhere; reading Kafka takes a consumer
 * group of its own for a moment.
 *
 * @throws the signal's reason
 */
export async function* doctor(patient: Patient, signal: AbortSignal): AsyncGenerator<Check> {
  const { folder, kafka, registry, elasticsearch, storage, bigquery, contracts = allContracts } = patient;
  const checks: Checks[] = [
    checkMachine(folder, signal),
    ...(kafka ? [checkKafka(kafka, contracts, signal)] : []),
    ...(registry ? [checkRegistry(registryOptions(registry), contracts, signal)] : []),
    ...(elasticsearch ? [checkElasticsearch(elasticsearch, contracts, signal)] : []),
    ...(storage ? [checkStorage(storage, signal)] : []),
    ...(bigquery ? [checkBigquery(bigquery, contracts, signal)] : []),
  ];
  for (const one of checks) yield* one;
}
