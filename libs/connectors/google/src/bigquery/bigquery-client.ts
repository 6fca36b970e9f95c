import { describeError } from '@sluice/telemetry';
import { errorDetails, jsonOf } from '../client/error-answer.ts';
import {
  googleService,
  type ServiceAnswer,
  type ServiceOptions,
  type ServiceRequest,
} from '../client/google-service.ts';
import { multipart } from '../client/multipart.ts';
import type { BigqueryConfig } from './settings.ts';

/** BigQuery refuses a request: https://cloud.google.com/bigquery/docs/error-messages */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** `duplicate`, `accessDenied`, `rateLimitExceeded` …; empty where the answer names none. */
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export interface ApiRequest extends Pick<ServiceRequest, 'method' | 'query' | 'headers'> {
  /** Below the project: `/datasets`. */
  path: string;
  json?: unknown;
  signal: AbortSignal;
}

/** BigQuery's REST interface: https://cloud.google.com/bigquery/docs/reference/rest */
export interface BigqueryClient {
  /** For messages: `BigQuery at https://bigquery.googleapis.com`. */
  readonly name: string;
  /** @throws Error in a sentence when no project can be found */
  project(signal: AbortSignal): Promise<string>;
  /** A request below `projects/<project>`. @throws ApiError, and others when there is no answer */
  request<T>(request: ApiRequest): Promise<T>;
  /** Creates a job that brings its data along. See `request`. */
  upload<T>(request: { job: object; data: Uint8Array; signal: AbortSignal }): Promise<T>;
}

export function bigqueryClient(
  config: BigqueryConfig,
  options: Pick<ServiceOptions, 'timeoutMs' | 'timeoutSetting' | 'context'>,
): BigqueryClient {
  let projectId = config.BIGQUERY_PROJECT;
  const service = googleService({
    ...options,
    projectId,
    name: 'BigQuery',
    address: config.BIGQUERY_ENDPOINT ?? 'https://bigquery.googleapis.com',
    addressSetting: 'BIGQUERY_ENDPOINT',
    sendsCredentials: config.BIGQUERY_SEND_CREDENTIALS,
    scopes: ['https://www.googleapis.com/auth/bigquery'],
  });

  const project = async (signal: AbortSignal): Promise<string> => {
    if (projectId !== undefined) return projectId;
    try {
      return (projectId = await service.project(signal));
    } catch (error) {
      signal.throwIfAborted();
      throw new Error(`no project is known: set BIGQUERY_PROJECT (${describeError(error)})`);
    }
  };

  const send = async <T>(request: ServiceRequest, signal: AbortSignal): Promise<T> => {
    const answer = await service.send(request, signal);
    if (!answer.ok) throw apiError(answer);
    return jsonOf(answer.body) as T;
  };

  return {
    name: service.name,
    project,
    async request({ path, json, signal, ...rest }) {
      const body = json === undefined ? {} : { body: jsonBody(json) };
      return send({ ...rest, ...body, path: `/bigquery/v2/projects/${await project(signal)}${path}` }, signal);
    },
    async upload({ job, data, signal }) {
      const { contentType, parts } = multipart(job, { contentType: 'application/octet-stream', parts: [data] });
      const path = `/upload/bigquery/v2/projects/${await project(signal)}/jobs`;
      const body = { contentType, parts: [Buffer.concat(parts)] };
      return send({ method: 'POST', path, query: { uploadType: 'multipart' }, body }, signal);
    },
  };
}

const jsonBody = (json: unknown) => ({ contentType: 'application/json', parts: [Buffer.from(JSON.stringify(json))] });

export function apiError(answer: Pick<ServiceAnswer, 'status' | 'body'>): ApiError {
  const { message = 'an answer that is not in the form of the service', reason } = errorDetails(answer);
  return new ApiError(answer.status, reason, `${withRoles(reason, message)} (${answer.status})`);
}

/** Missing roles are the first thing that people meet, so the message says where they are listed. */
export function withRoles(reason: string, message: string): string {
  const text = message.replaceAll(/\s+/g, ' ').trim();
  return reason === 'accessDenied'
    ? `the service account lacks a right; see "Roles" in the sink's README: ${text}`
    : text;
}
