import { Storage } from '@google-cloud/storage';
import { takesGoogleCredentials } from '@sluice/config';
import { commandConfig, gcsSettings } from '../settings.ts';

/**
 * The vendor's client, as the environment says, and where the sink gcs writes to. Google gets the Application Default Credentials;
 * another endpoint only where a setting says so.
 *
 * @throws ConfigError
 */
export function storageClient(environment: NodeJS.ProcessEnv) {
  const {
    GCS_BUCKET: bucket,
    GCS_PREFIX: prefix = '',
    GCS_ENDPOINT: endpoint,
    GCS_SEND_CREDENTIALS: sendsCredentials,
  } = commandConfig(gcsSettings, environment);
  // The client wants a project, which no stand-in looks at.
  const storage = new Storage(
    endpoint === undefined
      ? {}
      : {
          apiEndpoint: endpoint,
          useAuthWithCustomEndpoint: takesGoogleCredentials(endpoint, sendsCredentials),
          projectId: 'local',
        },
  );
  const address = endpoint ?? 'https://storage.googleapis.com';
  const authenticates = takesGoogleCredentials(address, sendsCredentials);
  return { storage, bucket, prefix, address: endpoint ?? 'storage.googleapis.com', authenticates };
}
