import { describeError } from '@sluice/telemetry';

/** Why Google gives no access token, with what resolves it where that is known. */
export function credentialsProblem(error: unknown, addressSetting: string): Error {
  const reason = describeError(error);
  const resolution = /could not load the default credentials/i.test(reason)
    ? 'there are no Google credentials here: attach a service account, set GOOGLE_APPLICATION_CREDENTIALS to its key file, ' +
      `or run \`gcloud auth application-default login\`; for a stand-in set ${addressSetting}`
    : /invalid_grant|invalid_client|unauthorized_client/.test(reason)
      ? refusedCredentials
      : 'Google gives no access token';
  return new Error(`${resolution} (${reason})`);
}

export const refusedCredentials =
  'Google refuses the credentials: make a new key for the service account, or log in again with `gcloud auth application-default login`';
