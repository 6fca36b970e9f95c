import { BigQuery } from '@google-cloud/bigquery';
import { takesGoogleCredentials } from '@sluice/config';
import { describeError } from '@sluice/telemetry';
import { bigqueryRules, bigquerySettings, commandConfig } from '../settings.ts';
import { UserError } from '../user-error.ts';

/** BigQuery's REST interface (https://cloud.google.com/bigquery/docs/reference/rest) as the environment says. */
export interface BigQueryAccess {
  /** Where it is, for sentences. */
  readonly address: string;
  readonly dataset: string;
  /** Where the dataset is. */
  readonly location: string;
  projectId(): Promise<string>;
  /**
   * One request under the project.
   *
   * @throws RequestRefused where the service says no; UserError when it does not answer; the signal's reason
   */
  request(request: BigQueryRequest): Promise<unknown>;
}

interface BigQueryRequest {
  method?: 'GET' | 'POST';
  /** Such as `/jobs`. */
  uri: string;
  json?: object;
  qs?: Readonly<Record<string, string | number | boolean>>;
}

/** The service's own answer that it will not do something. */
export class RequestRefused extends UserError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const requestTimeoutMs = 60_000;

/**
 * The vendor's client finds the Application Default Credentials; over http:// none are used, as a local stand-in wants it. The requests
 * are made here, as it would repeat some by itself, and cannot abandon one.
 *
 * @param signal abandons requests under way
 * @throws ConfigError
 */
export function bigqueryAccess(environment: NodeJS.ProcessEnv, signal: AbortSignal): BigQueryAccess {
  const {
    BIGQUERY_PROJECT: configured,
    BIGQUERY_DATASET: dataset,
    BIGQUERY_LOCATION: location,
    BIGQUERY_ENDPOINT: endpoint = 'https://bigquery.googleapis.com',
    BIGQUERY_SEND_CREDENTIALS: sendsCredentials,
  } = commandConfig(bigquerySettings, environment, bigqueryRules);
  const { authClient } = new BigQuery({ ...(configured !== undefined && { projectId: configured }) });
  let project = configured;

  const projectId = async (): Promise<string> => {
    try {
      return (project ??= await authClient.getProjectId());
    } catch (error) {
      throw new UserError(`No Google Cloud project is known: set BIGQUERY_PROJECT (${describeError(error)}).`);
    }
  };

  const credentials = async (url: string): Promise<Record<string, string>> => {
    if (!takesGoogleCredentials(url, sendsCredentials)) return {};
    try {
      return Object.fromEntries(await authClient.getRequestHeaders(url));
    } catch (error) {
      throw new UserError(
        `There are no credentials for Google Cloud: run \`gcloud auth application-default login\`, or set GOOGLE_APPLICATION_CREDENTIALS (${describeError(error)}).`,
      );
    }
  };

  return {
    address: endpoint,
    dataset,
    location,
    projectId,
    async request({ method = 'GET', uri, json, qs = {} }) {
      const parameters = new URLSearchParams(
        Object.entries(qs).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const url = `${endpoint}/bigquery/v2/projects/${await projectId()}${uri}?${parameters}`;
      const headers = {
        ...(await credentials(url)),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      };
      let response: Response;
      let text: string;
      try {
        response = await fetch(url, {
          method,
          headers,
          signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
          ...(json !== undefined && { body: JSON.stringify(json) }),
        });
        text = await response.text();
      } catch (error) {
        signal.throwIfAborted();
        throw new UserError(`BigQuery at ${endpoint} does not answer: ${describeError(error)}`);
      }
      const body = parsed(text);
      if (response.ok && body !== undefined) return body;
      const message: unknown = Object(Object(body).error).message;
      const reason = typeof message === 'string' ? message : 'an answer that is not in the form of the service';
      throw new RequestRefused(response.status, `BigQuery at ${endpoint} says ${response.status}: ${reason}`);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
