import { errors } from '@opensearch-project/opensearch';
import type { Remedy } from '@sluice/document-sink';

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
  const { message } = error;
  const hint = /wrong.version.number|packet.length.too.long|record.layer.failure/i.test(message)
    ? 'let OPENSEARCH_URL begin with http:// if this port does not speak TLS'
    : /ALTNAME|does not match certificate/i.test(message)
      ? 'set OPENSEARCH_URL to a name that its certificate has'
      : /certificate|self.?signed/i.test(message)
        ? 'set OPENSEARCH_CA_FILE to the authority that signed it'
        : /other side closed|socket hang up|ECONNRESET|HTTPParser|Parse Error/i.test(message)
          ? 'if this port speaks TLS, let OPENSEARCH_URL begin with https://'
          : undefined;
  if (hint === undefined) return error;
  return new Error(`OpenSearch cannot be reached: ${message.replaceAll(/\s+/g, ' ').trim()}; ${hint}`, {
    cause: error,
  });
}
