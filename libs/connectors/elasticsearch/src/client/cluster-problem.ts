import { errors } from '@elastic/elasticsearch';
import { connectionProblem, refusalText as describeRefusal } from '@sluice/document-sink';

const address = 'check the host and the path of ELASTICSEARCH_URL';

/** The privilege that covers an action, as the README lists them: the first that matches. */
const privileges: readonly (readonly [action: RegExp, privilege: string])[] = [
  [/^indices:admin\/index_template/, 'the cluster privilege manage_index_templates'],
  [/^indices:data\/write/, 'create_doc'],
  [/^indices:data\/read/, 'read'],
  [/^indices:admin\/(?:auto_create|create)/, 'auto_configure'],
  [/^indices:admin\/mapping/, 'create_doc and indices:admin/mapping/put'],
  [/^indices:admin\/aliases(?!\/get)/, 'manage'],
  [/^indices:(?:admin|monitor)\//, 'view_index_metadata'],
];

/**
 * The setting or privilege that resolves an answer which refuses the request as such; undefined for any other answer.
 *
 * @param error the member `error` of the body: an object where Elasticsearch refuses what it understood, a text where it has no such path
 */
export function remedy(status: number, error: unknown): string | undefined {
  if (status === 401) return 'check ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD';
  if (status === 403) return missingPrivilege(error);
  const isUnderstood = typeof error === 'object' && error !== null && 'type' in error;
  return (status === 400 || status === 404 || status === 405) && !isUnderstood
    ? `there is no Elasticsearch at this path: ${address}`
    : undefined;
}

function missingPrivilege(error: unknown): string | undefined {
  const { type, reason } = (error ?? {}) as { type?: unknown; reason?: unknown };
  const action = /^action \[([\w:/[\]]+)\] is unauthorized/.exec(String(reason))?.[1];
  // Others of status 403 are blocks of an index.
  if (action === undefined)
    return type === 'security_exception' || type === undefined ? 'grant the privileges in the README' : undefined;
  const privilege = privileges.find(([pattern]) => pattern.test(action))?.[1];
  if (privilege === undefined) return 'grant the privileges in the README';
  const on = privilege.startsWith('the cluster') ? '' : ' on the topic and its indices';
  return `grant ${privilege}${on} to the role of ELASTICSEARCH_API_KEY or ELASTICSEARCH_USERNAME`;
}

/** An error of the client without an answer, with the setting that resolves it where that is known; any other as it is. */
export function clusterProblem(error: unknown): unknown {
  if (error instanceof errors.ProductNotSupportedError)
    return new Error(`the server at ELASTICSEARCH_URL is not Elasticsearch: ${address}`);
  if (!(error instanceof errors.ConnectionError)) return error;
  return connectionProblem(error, {
    product: 'Elasticsearch',
    addressSetting: 'ELASTICSEARCH_URL',
    authoritySetting: 'ELASTICSEARCH_CA_FILE',
  });
}

/** A refusal in one line: see `refusalText` of the library. */
export const refusalText = ({ body, statusCode }: errors.ResponseError): string =>
  describeRefusal({ body, status: statusCode ?? 0 }, remedy);
