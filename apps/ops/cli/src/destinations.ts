import { documentAuditor, objectAuditor, rowAuditor, tableAuditor, type Auditor } from '@sluice/audit';
import { documentReader, elasticsearchRules, elasticsearchSettings } from '@sluice/connector-elasticsearch';
import { bucketReader, gcsRules, gcsSettings } from '@sluice/connector-google';
import { opensearchReader, opensearchRules, opensearchSettings } from '@sluice/connector-opensearch';
import { postgresRules, postgresSettings, tableReader } from '@sluice/connector-postgres';
import type { DestinationReader } from '@sluice/sink';
import { bigqueryAccess } from './clients/bigquery-access.ts';
import { commandConfig } from './settings.ts';

/** Takes a destination's settings from the environment; the signal abandons what is under way. @throws ConfigError */
type Open<T> = (environment: NodeJS.ProcessEnv, signal: AbortSignal) => T;

/** What the commands do with a destination. */
interface Destination {
  auditor: Open<Auditor>;
  /** Of a destination that keeps events under their ids. */
  reader?: Open<DestinationReader>;
}

/** @param name the sink's project name */
const byId = (name: string, reader: Open<DestinationReader>): Destination => ({
  reader,
  auditor: (environment, signal) => documentAuditor(reader(environment, signal), { name }),
});

/** The destinations that can be audited, in the order in which records come to them. */
export const destinations: Readonly<Record<string, Destination>> = {
  elasticsearch: byId('elasticsearch', (environment, signal) =>
    documentReader(commandConfig(elasticsearchSettings, environment, elasticsearchRules), signal),
  ),
  gcs: {
    auditor: (environment, signal) =>
      objectAuditor(bucketReader(commandConfig(gcsSettings, environment, gcsRules), signal)),
  },
  bigquery: { auditor: (environment, signal) => rowAuditor(bigqueryAccess(environment, signal)) },
  opensearch: byId('opensearch', (environment, signal) =>
    opensearchReader(commandConfig(opensearchSettings, environment, opensearchRules), signal),
  ),
  postgres: {
    auditor: (environment, signal) =>
      tableAuditor(tableReader(commandConfig(postgresSettings, environment, postgresRules), signal)),
  },
};
