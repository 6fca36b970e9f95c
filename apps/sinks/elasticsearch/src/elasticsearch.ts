import { errors, type Client } from '@elastic/elasticsearch';
import { indexTemplate } from '@sluice/index-templates';
import { indexName, indexPattern, templateName, type EventContract } from '@sluice/schemas';
import { type Batch, type Sink, type SinkRecord, type Verdict, type WriteContext } from '@sluice/sink';
import { describeError, type Logger } from '@sluice/telemetry';
import { bulkBody } from './bulk-body.ts';
import { bulkFilterPath, bulkVerdict, type BulkItem } from './bulk-verdict.ts';
import type { ElasticsearchConfig } from './config.ts';
import { elasticsearchClient } from './elasticsearch-client.ts';

/** Elasticsearch refuses a whole request for one id that is longer. */
const longestIdBytes = 512;

/** Batches to `_bulk`, each record created under its event id in the index of its event time. Deduplicates by id. */
export function elasticsearch(config: ElasticsearchConfig, contracts: readonly EventContract[], logger: Logger): Sink {
  const client = elasticsearchClient(config);
  const indexOf = new Map(contracts.map((contract) => [contract, indexName(contract)]));

  return {
    async open(signal) {
      const settings = {
        shards: config.ELASTICSEARCH_SHARDS,
        replicas: config.ELASTICSEARCH_REPLICAS,
        refreshIntervalMs: config.ELASTICSEARCH_REFRESH_INTERVAL_MS,
      };
      for (const contract of contracts) await prepare(client, contract, settings, logger, signal);
    },
    async write(batch, context) {
      const { contract } = batch;
      const nameOf = indexOf.get(contract) ?? indexName(contract);
      return { verdicts: await writeRecords(client, config, batch, nameOf, context) };
    },
    close: () => client.close(),
  };
}

/** Puts the template that new indices follow, and teaches the existing ones the contract's newer fields. */
async function prepare(
  client: Client,
  contract: EventContract,
  settings: Parameters<typeof indexTemplate>[1],
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const { index_patterns, priority, template } = indexTemplate(contract, settings);
  const request = { signal };
  await client.indices.putIndexTemplate(
    { name: templateName(contract), index_patterns: [...index_patterns], priority, template } as never,
    request,
  );
  const index = indexPattern(contract);
  if (!(await client.indices.exists({ index, allow_no_indices: false }, request))) return;
  try {
    await client.indices.putMapping({ index, properties: template.mappings.properties } as never, request);
  } catch (error) {
    if (!(error instanceof errors.ResponseError) || error.statusCode !== 400) throw error;
    // A field changed its type: that takes effect with the next index.
    logger.warn(
      { topic: contract.topic, reason: describeError(error) },
      'existing indices keep their mapping; the next index follows the contract',
    );
  }
}

async function writeRecords(
  client: Client,
  config: ElasticsearchConfig,
  batch: Batch,
  nameOf: (timeMs: number) => string,
  context: WriteContext,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const { records } = batch;
  while (verdicts.length < records.length) {
    const rest = records.slice(verdicts.length);
    const tooLong = rest.findIndex(({ id }) => Buffer.byteLength(id) > longestIdBytes);
    if (tooLong === 0) {
      verdicts.push({
        status: 'rejected',
        reason: `the event id is longer than the ${longestIdBytes} bytes that Elasticsearch takes`,
      });
      continue;
    }
    const { bytes, count } = bulkBody(
      tooLong < 0 ? rest : rest.slice(0, tooLong),
      nameOf,
      config.ELASTICSEARCH_REQUEST_BYTES,
    );
    const written = await send(client, bytes, rest.slice(0, count), nameOf, context);
    verdicts.push(...written);
    // Where the cluster pushes back, the rest need not be tried now.
    const [first] = written;
    if (first?.status === 'retry' && written.every(({ status }) => status === 'retry')) {
      verdicts.push(...records.slice(verdicts.length).map((): Verdict => first));
    }
  }
  return verdicts;
}

async function send(
  client: Client,
  bytes: Buffer,
  records: readonly SinkRecord[],
  nameOf: (timeMs: number) => string,
  context: WriteContext,
): Promise<Verdict[]> {
  try {
    const answer = (await client.transport.request(
      { method: 'POST', path: '/_bulk', querystring: { filter_path: bulkFilterPath }, bulkBody: bytes },
      { signal: context.signal },
    )) as { items?: readonly Record<string, BulkItem>[] };
    const items = answer.items ?? [];
    // Throwing means that nothing is known: the records come again.
    if (items.length !== records.length)
      throw new Error(`Elasticsearch answered ${items.length} items for ${records.length} documents`);
    return items.map((item) => bulkVerdict(Object.values(item)[0] ?? { status: 500 }));
  } catch (error) {
    const status = error instanceof errors.ResponseError ? error.statusCode : undefined;
    const divisible = status === 413 || status === 400;
    if (!divisible) throw error;
    if (records.length === 1) {
      const reason =
        status === 413
          ? 'the document is larger than the cluster takes (413)'
          : `refused as a whole (400): ${errorType(error)}`;
      return [{ status: 'rejected', reason }];
    }
    const half = records.length >> 1;
    const halves = [records.slice(0, half), records.slice(half)];
    const verdicts: Verdict[] = [];
    for (const part of halves)
      verdicts.push(...(await send(client, bulkBody(part, nameOf, Infinity).bytes, part, nameOf, context)));
    return verdicts;
  }
}

const errorType = (error: unknown): string =>
  error instanceof errors.ResponseError
    ? ((error.body as { error?: { type?: string } } | undefined)?.error?.type ?? 'unknown error')
    : 'unknown error';
