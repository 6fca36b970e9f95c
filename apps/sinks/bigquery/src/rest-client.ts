import { BigQuery } from '@google-cloud/bigquery';
import { takesGoogleCredentials } from '@sluice/config';
import { describeError, stillWaiting, type AppContext } from '@sluice/telemetry';
import type { BigqueryConfig } from './config.ts';

/** An answer that is an error, in Google's form: https://cloud.google.com/bigquery/docs/error-messages */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** `duplicate`, `accessDenied`, `rateLimitExceeded` …; empty where the answer is no such error. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

interface ApiRequest {
  method?: 'GET' | 'POST' | 'PATCH';
  /** Below the project: `/datasets`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  json?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** BigQuery and Cloud Storage over HTTP. */
export interface RestClient {
  /** @throws when no project can be found, in a sentence */
  project(signal: AbortSignal): Promise<string>;
  /** A request of the BigQuery API below `projects/<project>`. @throws ApiError, and others when there is no answer */
  bigquery<T>(request: ApiRequest): Promise<T>;
  /** Creates a job that brings its data along. See `bigquery`. */
  upload<T>(request: { job: unknown; data: Uint8Array; signal: AbortSignal }): Promise<T>;
  /** A request of Cloud Storage's JSON API: `/b/<bucket>/o/<name>`. */
  storage(request: {
    path: string;
    query?: Readonly<Record<string, string>>;
    signal: AbortSignal;
  }): Promise<StorageAnswer>;
}

/** Whole: an object has `GCS_OBJECT_BYTES` at most, compressed. */
export interface StorageAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly body: Buffer;
}

/**
 * The vendor's client finds the credentials and refreshes them. The requests are made here, because it cannot abort one, and because
 * what became of a job must be known here: it repeats requests on its own and throws a job's warnings as if it had not been created.
 */
export function restClient(
  config: BigqueryConfig,
  { logger, health }: Pick<AppContext, 'logger' | 'health'>,
): RestClient {
  const { BIGQUERY_PROJECT: projectId, BIGQUERY_REQUEST_TIMEOUT_MS: timeoutMs } = config;
  const { authClient } = new BigQuery({
    ...(projectId !== undefined && { projectId }),
    scopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
  });
  const bigqueryUrl = config.BIGQUERY_ENDPOINT ?? 'https://bigquery.googleapis.com';
  const storageUrl = config.GCS_ENDPOINT ?? 'https://storage.googleapis.com';
  let project = projectId;

  const credentials = async (url: string, allowed: boolean): Promise<Record<string, string>> => {
    if (!takesGoogleCredentials(url, allowed)) return {};
    try {
      return Object.fromEntries(await authClient.getRequestHeaders(url));
    } catch (error) {
      throw new Error(
        `there are no credentials for Google Cloud: give the process a service account, or set GOOGLE_APPLICATION_CREDENTIALS (${describeError(error)})`,
      );
    }
  };

  /** Within the time limit, the body included. The servers of credentials and of the project's name may hang as well. */
  const inTime = async <T>(
    what: string,
    stop: AbortSignal,
    attempt: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const limit = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([stop, limit]);
    try {
      return await stillWaiting({ what, signal, logger, health }, () => attempt(signal));
    } catch (error) {
      stop.throwIfAborted();
      if (!limit.aborted) throw error;
      throw new Error(`${what} did not answer within BIGQUERY_REQUEST_TIMEOUT_MS (${timeoutMs} ms)`);
    }
  };

  const send = async (url: string, init: RequestInit, signal: AbortSignal, allowed: boolean): Promise<Response> => {
    const headers = { ...(await credentials(url, allowed)), ...(init.headers as Record<string, string> | undefined) };
    return fetch(url, { ...init, headers, signal });
  };

  const findProject = async (stop: AbortSignal): Promise<string> => {
    if (project !== undefined) return project;
    try {
      return (project = await inTime("the project of Google's credentials", stop, () => authClient.getProjectId()));
    } catch (error) {
      stop.throwIfAborted();
      throw new Error(`no project is known: set BIGQUERY_PROJECT (${describeError(error)})`);
    }
  };

  const askBigquery = <T>(url: string, init: RequestInit, stop: AbortSignal): Promise<T> =>
    inTime(`BigQuery at ${bigqueryUrl}`, stop, async (signal) => {
      const response = await send(url, init, signal, config.BIGQUERY_SEND_CREDENTIALS);
      const text = await response.text();
      if (!response.ok) throw apiError(response.status, text);
      return (text === '' ? {} : JSON.parse(text)) as T;
    });

  return {
    project: findProject,
    async bigquery({ method = 'GET', path, query = {}, json, headers, signal }) {
      const parameters = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query)}`;
      const url = `${bigqueryUrl}/bigquery/v2/projects/${await findProject(signal)}${path}${parameters}`;
      const body = json === undefined ? {} : { body: JSON.stringify(json) };
      const sent = { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) };
      return askBigquery(url, { method, headers: sent, ...body }, signal);
    },
    async upload({ job, data, signal }) {
      const url = `${bigqueryUrl}/upload/bigquery/v2/projects/${await findProject(signal)}/jobs?uploadType=multipart`;
      const boundary = `sluice-${crypto.randomUUID()}`;
      const part = (type: string) => `--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
      const body = Buffer.concat([
        Buffer.from(`${part('application/json')}${JSON.stringify(job)}\r\n${part('application/octet-stream')}`),
        data,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]);
      const headers = { 'content-type': `multipart/related; boundary=${boundary}` };
      return askBigquery(url, { method: 'POST', headers, body }, signal);
    },
    storage: ({ path, query = {}, signal: stop }) =>
      inTime(`Cloud Storage at ${storageUrl}`, stop, async (signal) => {
        const url = `${storageUrl}/storage/v1${path}?${new URLSearchParams(query)}`;
        const response = await send(url, { method: 'GET' }, signal, config.GCS_SEND_CREDENTIALS);
        return { status: response.status, ok: response.ok, body: Buffer.from(await response.arrayBuffer()) };
      }),
  };
}

interface ErrorBody {
  error?: { message?: string; errors?: readonly { reason?: string; message?: string }[] };
}

/** An error answer as an error; a body that is not in Google's form is from something on the way and says nothing. */
export function apiError(status: number, text: string): ApiError {
  let body: ErrorBody = {};
  try {
    body = JSON.parse(text) as ErrorBody;
  } catch {
    // Said by its status alone.
  }
  const [first] = body.error?.errors ?? [];
  const reason = first?.reason ?? '';
  const message = body.error?.message ?? 'an answer that is not in the form of the service';
  return new ApiError(status, reason, `${sentence(reason, message)} (${status})`);
}

/** Rights are what people meet first: say which. */
export function sentence(reason: string, message: string): string {
  const told = message.replaceAll(/\s+/g, ' ').trim();
  return reason === 'accessDenied'
    ? `the service account lacks a right; see "Roles" in the sink's README: ${told}`
    : told;
}
