import { indexName, renamedFields, withSchema, type EventContract } from '@sluice/contracts';
import { openParts } from '@sluice/index-templates';
import type { Sink, SinkRecord, Verdict } from '@sluice/sink';
import type { Logger, Metrics } from '@sluice/telemetry';
import pLimit from 'p-limit';
import { bulkRequests } from './bulk/bulk-requests.ts';
import type { IndexedEvent } from './bulk/existing-documents.ts';
import { sharedRequests, type SharedRequests } from './bulk/shared-requests.ts';
import type { DocumentCluster } from './cluster.ts';
import { watchDocuments } from './figures/document-figures.ts';
import { prepareIndices, type IndexOptions } from './indices/prepare-indices.ts';

export interface DocumentSinkOptions {
  readonly contracts: readonly EventContract[];
  readonly requests: Parameters<typeof bulkRequests>[1];
  readonly indices: IndexOptions;
  readonly logger: Logger;
  /** Shows what the cluster has not indexed, if given. */
  readonly metrics?: Metrics | undefined;
}

/** Writes batches with `_bulk`: creates each record under its event id, in the index of its event time. Deduplicates by id. */
export function documentSink(cluster: DocumentCluster, options: DocumentSinkOptions): Sink {
  const { contracts, logger, metrics } = options;
  const requests = sharedRequests(bulkRequests(cluster, options.requests));
  const oneAtATime = pLimit(1);
  /** Contracts with the fields of all schemas that were learned. */
  const learned = new Map<EventContract, EventContract>();
  const events = new Map(contracts.map((contract) => [contract, indexedEvent(contract)]));
  let endWatch: (() => void) | undefined;

  return {
    unknownFields: 'documents keep them, and mappings gain them',
    async open(signal) {
      for (const contract of contracts) await prepareIndices(cluster, contract, options.indices, { logger, signal });
      for (const { topic, schema } of contracts) {
        const fields = renamedFields(schema, 'documents');
        if (Object.keys(fields).length > 0)
          logger.info(
            { topic, fields },
            `fields have other names in documents, as ${cluster.product} reserves their own`,
          );
      }
      if (metrics !== undefined) endWatch ??= watchDocuments({ cluster, contracts, metrics, logger });
    },
    learn: (contract, { id, avro, references }, signal) =>
      oneAtATime(async () => {
        const before = learned.get(contract) ?? contract;
        const now = withSchema(before, { schema: avro, references });
        if (now === before) return;
        await prepareIndices(cluster, now, options.indices, { logger, signal });
        learned.set(contract, now);
        logger.info({ topic: contract.topic, schemaId: id }, 'the template and the indices follow a newer schema');
      }),
    async write({ contract, records }, { signal, attempt }) {
      const event = events.get(contract) ?? indexedEvent(contract);
      return { verdicts: await createAll(requests, records, event, { signal, isAlone: attempt > 1 }) };
    },
    close() {
      endWatch?.();
      return cluster.close();
    },
  };
}

const indexedEvent = (contract: EventContract): IndexedEvent => ({
  indexOf: indexName(contract),
  arrival: contract.arrival,
  rescues: contract.refused === 'rescue',
  open: openParts(contract),
});

async function createAll(
  requests: SharedRequests,
  records: readonly SinkRecord[],
  event: IndexedEvent,
  { signal, isAlone }: { signal: AbortSignal; isAlone: boolean },
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  while (verdicts.length < records.length) {
    const rest = verdicts.length === 0 ? records : records.slice(verdicts.length);
    const created = await requests.create({ records: rest, event }, signal, isAlone);
    // Not push(...created): so many arguments as a batch may have records do not fit the stack.
    for (const verdict of created) verdicts.push(verdict);
    // Where the cluster pushes back, the rest need not be tried now.
    const [first] = created;
    if (first?.status === 'retry' && created.every(({ status }) => status === 'retry'))
      while (verdicts.length < records.length) verdicts.push(first);
  }
  return verdicts;
}
