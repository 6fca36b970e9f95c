import type { Storage } from '@google-cloud/storage';
import { stillWaiting, type AppContext } from '@sluice/telemetry';
import { storageProblem } from './storage-problem.ts';

/** One request of Cloud Storage's JSON API. */
interface StorageRequest {
  method: 'GET' | 'POST';
  /** From the root: `/storage/v1/b/<bucket>`. */
  path: string;
  body?: { contentType: string; parts: readonly Buffer[] };
}

/** @throws Error in one sentence when there is no answer; whether the request was carried out is not known then */
export type SendStorageRequest = (
  request: StorageRequest,
  signal: AbortSignal,
) => Promise<{ status: number; resource: unknown }>;

/**
 * Sends requests about one bucket, each within a time limit. The requests are made here and not by the vendor's client, as that can
 * neither be abandoned nor told not to delete an object whose checksum it doubts. It gives the credentials.
 */
export function storageRequests(
  storage: Storage,
  bucket: string,
  {
    requestTimeoutMs,
    sendsCredentials,
    logger,
    health,
  }: { requestTimeoutMs: number; sendsCredentials: boolean } & Pick<AppContext, 'logger' | 'health'>,
): SendStorageRequest {
  const what = `Cloud Storage at ${storage.apiEndpoint}`;

  return async ({ method, path, body }, stop) => {
    const url = `${storage.apiEndpoint}${path}`;
    const limit = AbortSignal.timeout(requestTimeoutMs);
    const signal = AbortSignal.any([stop, limit]);
    try {
      return await stillWaiting({ what, signal, logger, health }, async () => {
        // The server of the credentials may hang as well.
        const headers = new Headers(sendsCredentials ? await storage.authClient.getRequestHeaders(url) : {});
        if (body !== undefined) headers.set('content-type', body.contentType);
        const response = await fetch(url, {
          method,
          headers,
          signal,
          ...(body !== undefined && { body: ReadableStream.from(body.parts), duplex: 'half' }),
        });
        const text = await response.text();
        const resource = parsed(text);
        if (!response.ok) return { status: response.status, resource: resource ?? { error: { message: text } } };
        if (resource === undefined) throw new Error('the answer is no JSON');
        return { status: response.status, resource };
      });
    } catch (error) {
      stop.throwIfAborted();
      if (limit.aborted)
        throw new Error(`${what} did not answer within GCS_REQUEST_TIMEOUT_MS (${requestTimeoutMs} ms)`);
      throw storageProblem(error, bucket);
    }
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
