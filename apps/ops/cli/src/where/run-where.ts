import { contracts as allContracts, type EventContract } from '@sluice/contracts';
import {
  documentReader,
  documentSearch,
  elasticsearchRules,
  elasticsearchSettings,
} from '@sluice/connector-elasticsearch';
import { bucketReader, gcsRules, gcsSettings } from '@sluice/connector-google';
import { where } from '@sluice/operations';
import { progress } from '@sluice/terminal';
import { bigqueryAccess } from '../clients/bigquery-access.ts';
import { eventAccess } from '../clients/event-access.ts';
import { commandConfig } from '../settings.ts';
import { whereJson, whereReport } from './where-report.ts';

/** Consumer groups that do not have their sink's name. */
export type SinkGroups = Partial<Record<'elasticsearch' | 'gcs' | 'bigquery', string>>;

/**
 * Finds an event and prints where it is.
 *
 * @returns the exit code: 0 when it was found
 * @throws ConfigError, and the signal's reason
 */
export async function runWhere(options: {
  asked: string;
  withEvent: boolean;
  scanRecords: number;
  groups: SinkGroups;
  json: boolean;
  contracts?: readonly EventContract[];
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}): Promise<number> {
  const { asked, withEvent, json, environment, signal, contracts = allContracts } = options;
  const elasticsearch = commandConfig(elasticsearchSettings, environment, elasticsearchRules);
  const storage = commandConfig(gcsSettings, environment, gcsRules);
  const rows = bigqueryAccess(environment, signal);
  const documents = documentReader(elasticsearch, signal);
  const search = documentSearch(elasticsearch, signal);
  const shown = progress(process.stderr);
  try {
    const access = await eventAccess(environment, signal);
    try {
      const { kafka, codec } = access;
      const answer = await where(
        {
          ...{ kafka, codec, signal, documents, search, rows, contracts, progress: shown },
          objects: bucketReader(storage, signal),
          links: {
            elasticsearch: search.url,
            gcs: storage.GCS_ENDPOINT,
            bigquery: environment['BIGQUERY_ENDPOINT'],
          },
          groups: options.groups,
          scanRecords: options.scanRecords,
        },
        asked,
      );
      shown.end();
      const lines = json ? [whereJson(answer, withEvent)] : whereReport(answer, { withEvent, stream: process.stdout });
      process.stdout.write(`${lines.join('\n')}\n`);
      return answer.events.length > 0 || answer.matches.length > 0 ? 0 : 1;
    } finally {
      await access.close();
    }
  } catch (error) {
    // Requests under way end with errors of their own.
    signal.throwIfAborted();
    throw error;
  } finally {
    shown.end();
    await Promise.all([documents.close(), search.close()]);
  }
}
