import { Pool, type PoolClient, type PoolConfig } from 'pg';
import type { PostgresConfig } from '../settings.ts';
import { databaseProblem } from './database-problem.ts';

/** After this long without a word from its client, a transaction ends: a suspended process must not keep its successor waiting. */
const idleInTransactionMs = 10_000;

/** Connections to the database. Those that break are replaced when they are needed. */
export function postgresPool(config: PostgresConfig, more: PoolConfig & { connectionTimeoutMillis: number }): Pool {
  const url = new URL(config.POSTGRES_URL);
  const pool = new Pool({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 5432 : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: config.POSTGRES_USERNAME,
    // Without a value, the client would look into the environment and into files of the user's.
    password: config.POSTGRES_PASSWORD ?? '',
    ssl: config.POSTGRES_TLS && {
      rejectUnauthorized: true,
      ...(config.POSTGRES_CA_FILE && { ca: config.POSTGRES_CA_FILE }),
    },
    application_name: 'sluice',
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    ...more,
  });
  // Connections break when the server restarts, also between two requests: the next use reports it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * Runs `work` with a connection of its own. A connection is not used again after a failure.
 *
 * @param signal breaks the connection: the server then ends its transaction
 * @throws the signal's reason, what `work` throws, and Error with a sentence for the user when the database cannot be reached
 */
export async function withConnection<T>(
  pool: Pool,
  signal: AbortSignal,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  // It may be rejected when no one waits for it any more.
  aborted.catch(() => {});
  const abandon = () => reject(signal.reason);
  signal.addEventListener('abort', abandon, { once: true });
  const connecting = pool.connect();
  let client: PoolClient | undefined;
  let isWhole = false;
  try {
    client = await Promise.race([connecting, aborted]);
    const result = await Promise.race([work(client), aborted]);
    isWhole = true;
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw databaseProblem(error);
  } finally {
    signal.removeEventListener('abort', abandon);
    if (client !== undefined) client.release(!isWhole);
    else connecting.then((late) => late.release(true)).catch(() => {});
  }
}
