import { DatabaseError } from 'pg';

/** What resolves the errors of a connection, by SQLSTATE. */
const remedies: Readonly<Record<string, string>> = {
  '28P01': 'check POSTGRES_USERNAME and POSTGRES_PASSWORD',
  '28000': 'check POSTGRES_USERNAME, POSTGRES_TLS and pg_hba.conf of the server',
  '3D000': 'create the database, or let POSTGRES_URL end with the name of another',
  '3F000': 'create the schema, or name another in POSTGRES_SCHEMA',
  '42501': 'grant the privileges in the README',
  '53300': 'lower POSTGRES_CONNECTIONS, or raise max_connections of the server',
};

/** An error with the setting that resolves it, where that is known; any other as it is. */
export function databaseProblem(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    const remedy = remedies[error.code ?? ''];
    return remedy === undefined
      ? error
      : new Error(`PostgreSQL refuses (${error.code}): ${error.message}; ${remedy}`, { cause: error });
  }
  const message = error instanceof Error ? error.message : '';
  const hint = /does not support SSL/i.test(message)
    ? 'let the server speak TLS, or set POSTGRES_TLS=false on a network that you trust'
    : /certificate|self.?signed|altname/i.test(message)
      ? 'set POSTGRES_CA_FILE to the authority that signed it, and POSTGRES_URL to a name that it has'
      : /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|timeout exceeded when trying to connect|connection timeout/.test(message)
        ? 'check POSTGRES_URL'
        : undefined;
  return hint === undefined ? error : new Error(`PostgreSQL cannot be reached: ${message}; ${hint}`, { cause: error });
}
