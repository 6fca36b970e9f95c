import { GoogleAuth } from 'google-auth-library';
import { takesGoogleCredentials } from '@sluice/config';
import { describeError, inTime, type AppContext } from '@sluice/telemetry';
import { credentialsProblem } from './credentials-problem.ts';

export interface ServiceRequest {
  method?: 'GET' | 'POST' | 'PATCH';
  /** From the root: `/storage/v1/b`. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean>>;
  headers?: Readonly<Record<string, string>>;
  /** Several parts are sent as a stream, one with its length. */
  body?: { contentType: string; parts: readonly Uint8Array[] };
}

/** An answer, whole. */
export interface ServiceAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly body: Buffer;
}

/** One of Google's services over HTTP. Its methods throw an Error in one sentence when there is no answer, and the abort reason. */
export interface GoogleService {
  /** For messages: `BigQuery at https://bigquery.googleapis.com`. */
  readonly name: string;
  readonly address: string;
  /** Where there is no answer, it is not known whether the request was carried out. */
  send(request: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer>;
  /** Like `send`, with a body that is still to be read. Only its beginning must come in time. */
  open(request: ServiceRequest, signal: AbortSignal): Promise<Response>;
  /** The project of the credentials. */
  project(signal: AbortSignal): Promise<string>;
}

export interface ServiceOptions {
  /** Such as `BigQuery`. */
  name: string;
  address: string;
  /** The setting of the address, for messages. */
  addressSetting: string;
  /** Whether a host that is not Google's gets the access token too. */
  sendsCredentials: boolean;
  scopes: readonly string[];
  projectId?: string | undefined;
  timeoutMs: number;
  /** The setting of the time limit, where it has one. */
  timeoutSetting?: string;
  /** Learns of answers that are slow. */
  context?: Pick<AppContext, 'logger' | 'health'> | undefined;
}

/**
 * Google's library finds the credentials and refreshes them. The requests are made here: the vendor's clients cannot abort one, repeat
 * some on their own, delete an object whose checksum they doubt, and throw a job's warnings as if it had not been created.
 */
export function googleService(options: ServiceOptions): GoogleService {
  const { address, addressSetting, sendsCredentials, projectId, timeoutMs, timeoutSetting, context } = options;
  const name = `${options.name} at ${address}`;
  const auth = new GoogleAuth({ scopes: [...options.scopes], ...(projectId !== undefined && { projectId }) });

  /** The servers of the credentials and of the project may hang as well. */
  const answer = <T>(what: string, stop: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    inTime({ what, timeoutMs, timeoutSetting, context }, stop, attempt);

  const credentials = async (url: string): Promise<Record<string, string>> => {
    if (!takesGoogleCredentials(url, sendsCredentials)) return {};
    try {
      return Object.fromEntries(await auth.getRequestHeaders(url));
    } catch (error) {
      throw credentialsProblem(error, addressSetting);
    }
  };

  const begin = async (
    { method = 'GET', path, query = {}, headers, body }: ServiceRequest,
    signal: AbortSignal,
  ): Promise<Response> => {
    const parameters = new URLSearchParams(
      Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
    ).toString();
    const url = `${address}${path}${parameters === '' ? '' : `?${parameters}`}`;
    const sent = {
      ...(await credentials(url)),
      ...headers,
      ...(body !== undefined && { 'content-type': body.contentType }),
    };
    try {
      return await fetch(url, { method, headers: sent, signal, ...(body !== undefined && bodyOf(body.parts)) });
    } catch (error) {
      throw noAnswer(error);
    }
  };

  const noAnswer = (error: unknown): Error => new Error(`${name} does not answer: ${describeError(error)}`);

  return {
    name,
    address,
    send: (request, stop) =>
      answer(name, stop, async (signal) => {
        const response = await begin(request, signal);
        const body = await response.arrayBuffer().catch((error: unknown) => {
          throw noAnswer(error);
        });
        return { status: response.status, ok: response.ok, body: Buffer.from(body) };
      }),
    open: (request, stop) => answer(name, stop, (signal) => begin(request, signal)),
    project: (stop) => answer("the project of Google's credentials", stop, () => auth.getProjectId()),
  };
}

const bodyOf = (parts: readonly Uint8Array[]): RequestInit =>
  parts.length === 1 ? { body: Buffer.from(parts[0] ?? []) } : { body: ReadableStream.from(parts), duplex: 'half' };
