import { Client, errors } from '@elastic/elasticsearch';
import type { SortResults } from '@elastic/elasticsearch/lib/api/types';
import { connectKafka, kafkaSettings, readDeadLetterHeaders, type RecordHeaders } from '@sluice/kafka';
import { loadConfig } from '@sluice/config';
import { aliasName, deadLetterTopic, topicName, type EventContract } from '@sluice/schemas';
import { createLogger } from '@sluice/telemetry';

/** How much of one event is where, compared id by id. */
export interface DeliveryCounts {
  topic: string;
  records: number;
  /** Ids among the records: one that was published twice is one event. */
  events: number;
  documents: number;
  deadLetters: number;
  /** Events that are neither a document nor a dead letter. */
  lost: number;
  /** Documents beyond the first of their id. */
  duplicates: number;
  /** Documents whose id is not in the topic. */
  unknown: number;
}

/** Whether every event is in the index once, or in the dead letters, and nothing else is. */
export const isComplete = ({ lost, duplicates, unknown }: DeliveryCounts): boolean => lost + duplicates + unknown === 0;

/** Looks into Kafka and Elasticsearch, beside the apps and not through them. */
export interface DeliveryWitness {
  counts(contract: EventContract): Promise<DeliveryCounts>;
  /** Documents of this host whose event time is at or after an instant, found by a search under the alias. */
  search(contract: EventContract, host: string, since: Date): Promise<number>;
  close(): Promise<void>;
}

export async function deliveryWitness(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<DeliveryWitness> {
  const logger = createLogger({ app: 'sluice', level: 'warn', format: 'auto', to: 'stderr' });
  const known = Object.fromEntries(Object.keys(kafkaSettings).map((name) => [name, environment[name]]));
  const kafka = await connectKafka({
    config: loadConfig('sluice', kafkaSettings, known),
    clientId: 'sluice',
    logger,
    signal,
  });
  const elasticsearch = new Client({ node: environment['ELASTICSEARCH_URL'] ?? 'http://localhost:9200' });

  const idsOf = async (topic: string): Promise<{ records: number; ids: Set<string> }> => {
    const ids = new Set<string>();
    let records = 0;
    await kafka.read(
      topic,
      ({ headers, offset }, partition) => {
        records++;
        ids.add(deadLetterId(headers) ?? headers['id']?.toString() ?? `${topic}-${partition}-${offset}`);
      },
      signal,
    );
    return { records, ids };
  };
  const documentIds = async (index: string, onId: (id: string) => void): Promise<void> => {
    const { id: pit } = await elasticsearch.openPointInTime({ index, keep_alive: '1m' });
    try {
      let after: SortResults | undefined;
      do {
        const page = await elasticsearch.search({
          pit: { id: pit, keep_alive: '1m' },
          size: 10_000,
          _source: false,
          sort: [{ _shard_doc: 'asc' }],
          ...(after !== undefined && { search_after: after }),
        });
        for (const { _id } of page.hits.hits) onId(_id ?? '');
        after = page.hits.hits.at(-1)?.sort;
      } while (after !== undefined);
    } finally {
      await elasticsearch.closePointInTime({ id: pit });
    }
  };
  /** Nothing has arrived yet where there is no such index. */
  const orZero = (error: unknown): number => {
    if (error instanceof errors.ResponseError && error.statusCode === 404) return 0;
    throw error;
  };

  return {
    async counts(contract) {
      const topic = topicName(contract);
      const index = aliasName(contract);
      const { records, ids } = await idsOf(topic);
      const dead = (await idsOf(deadLetterTopic(topic))).ids;
      const lost = ids.difference(dead);
      const seen = new Set<string>();
      let [documents, duplicates, unknown] = [0, 0, 0];
      const onId = (id: string) => {
        documents++;
        if (seen.has(id)) duplicates++;
        seen.add(id);
        lost.delete(id);
        if (!ids.has(id)) unknown++;
      };
      await elasticsearch.indices.refresh({ index }).then(() => documentIds(index, onId), orZero);
      return {
        topic,
        records,
        events: ids.size,
        documents,
        deadLetters: dead.size,
        lost: lost.size,
        duplicates,
        unknown,
      };
    },
    async search(contract, host, since) {
      const found = elasticsearch.search({
        index: aliasName(contract),
        size: 0,
        track_total_hits: true,
        query: { bool: { filter: [{ term: { host } }, { range: { [contract.time]: { gte: since.toISOString() } } }] } },
      });
      return found.then(({ hits }) => (typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0)), orZero);
    },
    async close() {
      await kafka.disconnect();
      await elasticsearch.close();
    },
  };
}

/** A dead letter counts for the record that it was, when that has no id but its place. */
function deadLetterId(headers: RecordHeaders): string | undefined {
  const letter = readDeadLetterHeaders(headers);
  if (letter === undefined || headers['id'] !== undefined) return undefined;
  return `${letter.topic}-${letter.partition ?? 0}-${letter.offset ?? 0}`;
}
