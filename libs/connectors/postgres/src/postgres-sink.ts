import type { PoolClient } from 'pg';
import { renamedFields, type EventContract } from '@sluice/contracts';
import type { Sink, Verdict } from '@sluice/sink';
import type { Logger } from '@sluice/telemetry';
import { postgresPool, withConnection } from './client/postgres-pool.ts';
import type { PostgresSinkConfig } from './settings.ts';
import { eventTables } from './tables/event-tables.ts';
import { tableNames } from './tables/names.ts';
import { prepareSinkTables } from './tables/prepare-tables.ts';
import { batchLines, stagingColumns } from './write/batch-lines.ts';
import { stagingTable } from './write/insert-statement.ts';
import { commitBatch } from './write/commit-batch.ts';

/**
 * Makes each record a row of its event's table. Rows, refused records and the group's position are committed in one transaction, so that
 * a repeated write finds what is committed.
 *
 * @param group the consumer group, under which the positions are kept
 */
export function postgresSink(
  config: PostgresSinkConfig,
  contracts: readonly EventContract[],
  { group, logger }: { group: string; logger: Logger },
): Sink {
  const pool = postgresPool(config, {
    max: config.POSTGRES_CONNECTIONS,
    // Longer than the caller waits, who then says so; without it, a connection that is never made would take its place for ever.
    connectionTimeoutMillis: config.POSTGRES_REQUEST_TIMEOUT_MS + 1_000,
  });
  const names = tableNames(config.POSTGRES_SCHEMA);
  const tables = eventTables(names);
  const committed = committedOffsets();
  const ready = new WeakSet<PoolClient>();

  const connected = <T>(signal: AbortSignal, work: (client: PoolClient) => Promise<T>): Promise<T> =>
    inTime(config.POSTGRES_REQUEST_TIMEOUT_MS, signal, (within) =>
      withConnection(pool, within, async (client) => {
        if (!ready.has(client)) await client.query(sessionStart);
        ready.add(client);
        return work(client);
      }),
    );

  return {
    unknownFields: 'columns are added for them',
    async open(signal) {
      await connected(signal, async (client) => {
        await prepareSinkTables(client, names);
        for (const contract of contracts) await tables.prepare(client, contract);
      });
      for (const { topic, schema } of contracts) {
        const fields = renamedFields(schema, 'columns');
        if (Object.keys(fields).length > 0) logger.info({ topic, fields }, 'fields have other names in the table');
      }
    },
    async write({ topic, partition, contract, records }, { signal }) {
      const place = committed(signal, `${topic}/${partition}`);
      try {
        return { verdicts: await connected(signal, (client) => writeBatch(client)) };
      } catch (error) {
        tables.forget(contract);
        throw error;
      }

      async function writeBatch(client: PoolClient): Promise<Verdict[]> {
        const { insert } = await tables.prepare(client, contract, records);
        const first = records[0]?.offset ?? 0n;
        const { next = first } = place;
        return commitBatch(
          { client, names, group, topic, partition, table: names.event(contract), insert },
          batchLines(records),
          next < first ? next : first,
          (behind) => void (place.next = behind),
        );
      }
    },
    close: () => pool.end(),
  };
}

/** What a connection needs before its first batch. With `synchronous_commit = off`, a crash of the server could lose committed rows. */
const sessionStart = `
  CREATE TEMPORARY TABLE IF NOT EXISTS ${stagingTable} (${stagingColumns}) ON COMMIT DELETE ROWS;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';`;

/**
 * How far each partition was committed by its present owner. A signal lives as long as the ownership of its partition, within which batches
 * follow on one another without a record between them.
 */
function committedOffsets(): (owner: AbortSignal, partition: string) => { next?: bigint } {
  const owners = new WeakMap<AbortSignal, Map<string, { next?: bigint }>>();
  return (owner, partition) => {
    const places = owners.get(owner) ?? new Map<string, { next?: bigint }>();
    owners.set(owner, places);
    const place = places.get(partition) ?? {};
    places.set(partition, place);
    return place;
  };
}

/** @throws Error with a sentence for the user when the database takes too long */
async function inTime<T>(ms: number, signal: AbortSignal, work: (within: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(ms);
  try {
    return await work(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (timeout.aborted && !signal.aborted)
      throw new Error(`PostgreSQL did not answer within ${ms} ms (POSTGRES_REQUEST_TIMEOUT_MS)`, { cause: error });
    throw error;
  }
}
