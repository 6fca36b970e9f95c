import { errors } from '@opensearch-project/opensearch';
import { connectionProblem, type Remedy } from '@sluice/document-sink';

const address = 'check the host and the path of OPENSEARCH_URL';

/** The setting or permission that resolves an answer of OpenSearch: see `Remedy`. */
export const remedy: Remedy = (status, error) => {
  if (status === 401) return 'check OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD';
  const isUnderstood = typeof error === 'object' && error !== null && 'type' in error;
  if (status === 403)
    return isUnderstood && error.type !== 'security_exception' ? undefined : 'grant the permissions in the README';
  return (status === 400 || status === 404 || status === 405) && !isUnderstood
    ? `there is no OpenSearch at this path: ${address}`
    : undefined;
};

/** An error of the client without an answer, with the setting that resolves it where that is known; any other as it is. */
export function clusterProblem(error: unknown): unknown {
  if (!(error instanceof errors.ConnectionError)) return error;
  return connectionProblem(error, {
    product: 'OpenSearch',
    addressSetting: 'OPENSEARCH_URL',
    authoritySetting: 'OPENSEARCH_CA_FILE',
  });
}
