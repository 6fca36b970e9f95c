import { documentAuditor, objectAuditor, rowAuditor, tableAuditor, type Auditor } from '@sluice/audit';
import { s3BucketReader, s3Rules, s3Settings } from '@sluice/connector-aws';
import { documentReader, elasticsearchRules, elasticsearchSettings } from '@sluice/connector-elasticsearch';
import { bucketReader, gcsRules, gcsSettings } from '@sluice/connector-google';
import { opensearchReader, opensearchRules, opensearchSettings } from '@sluice/connector-opensearch';
import { postgresRules, postgresSettings, tableReader } from '@sluice/connector-postgres';
import type { ObjectReader } from '@sluice/objects';
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

/** @param name the sink's project name */
const inObjects = (name: string, reader: Open<ObjectReader>): Destination => ({
  auditor: (environment, signal) => objectAuditor(reader(environment, signal), { name }),
});

/** The destinations that can be audited, in the order in which records come to them. */
export const destinations: Readonly<Record<string, Destination>> = {
  elasticsearch: byId('elasticsearch', (environment, signal) =>
    documentReader(commandConfig(elasticsearchSettings, environment, elasticsearchRules), signal),
  ),
  gcs: inObjects('gcs', (environment, signal) =>
    bucketReader(commandConfig(gcsSettings, environment, gcsRules), signal),
  ),
  s3: inObjects('s3', (environment, signal) => s3BucketReader(commandConfig(s3Settings, environment, s3Rules), signal)),
  bigquery: { auditor: (environment, signal) => rowAuditor(bigqueryAccess(environment, signal)) },
  opensearch: byId('opensearch', (environment, signal) =>
    opensearchReader(commandConfig(opensearchSettings, environment, opensearchRules), signal),
  ),
  postgres: {
    auditor: (environment, signal) =>
      tableAuditor(tableReader(commandConfig(postgresSettings, environment, postgresRules), signal)),
  },
};
