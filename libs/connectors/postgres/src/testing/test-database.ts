import { randomBytes } from 'node:crypto';
import { loadConfig } from '@sluice/config';
import { createLogger } from '@sluice/telemetry';
import { postgresPool, withConnection } from '../client/postgres-pool.ts';
import { postgresRules, postgresSinkSettings, type PostgresSinkConfig } from '../settings.ts';

/** A schema that no other test uses. */
export interface TestDatabase {
  readonly schema: string;
  /** As the app would read it. */
  config(environment?: Readonly<Record<string, string>>): PostgresSinkConfig;
  query(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export const silent = createLogger({ app: 'test', level: 'fatal', format: 'json', to: 'stderr' });

/** @param url the database */
export async function testDatabase(url: string): Promise<TestDatabase> {
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const config = (environment: Readonly<Record<string, string>> = {}) =>
    loadConfig(
      'postgres',
      postgresSinkSettings,
      { POSTGRES_URL: url, POSTGRES_SCHEMA: schema, ...environment },
      postgresRules,
    );
  const pool = postgresPool(config(), { max: 2, connectionTimeoutMillis: 10_000 });
  const signal = new AbortController().signal;
  const query: TestDatabase['query'] = (sql, values = []) =>
    withConnection(pool, signal, async (client) => (await client.query(sql, [...values])).rows);
  await query(`CREATE SCHEMA ${schema}`);
  return {
    schema,
    config,
    query,
    async close() {
      await query(`DROP SCHEMA ${schema} CASCADE`);
      await pool.end();
    },
  };
}
