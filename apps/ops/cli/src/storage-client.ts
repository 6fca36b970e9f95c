import { Storage } from '@google-cloud/storage';
import { commandConfig, gcsSettings } from './settings.ts';

/**
 * The vendor's client, as the environment says, and where the sink gcs writes to. It authenticates by Application Default Credentials;
 * another endpoint is spoken to without any.
 *
 * @throws ConfigError
 */
export function storageClient(environment: NodeJS.ProcessEnv) {
  const {
    GCS_BUCKET: bucket,
    GCS_PREFIX: prefix = '',
    GCS_ENDPOINT: endpoint,
  } = commandConfig(gcsSettings, environment);
  // The client wants a project, which no stand-in looks at.
  const storage = new Storage(endpoint === undefined ? {} : { apiEndpoint: endpoint, projectId: 'local' });
  return { storage, bucket, prefix, address: endpoint ?? 'storage.googleapis.com' };
}
