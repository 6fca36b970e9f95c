import { S3Client } from '@aws-sdk/client-s3';
import { inTime, type TimeLimit } from '@sluice/telemetry';
import type { S3AccessConfig } from './settings.ts';

/** S3, or a server that speaks its protocol. */
export interface S3Service {
  /** For messages: `S3 at https://s3.eu-central-1.amazonaws.com`. */
  readonly name: string;
  readonly region: string;
  /**
   * Makes one request. Where it has no answer, it is not known whether it was carried out.
   *
   * @throws what the client throws, an Error in one sentence when there is no answer in time, and the abort reason
   */
  ask<T>(
    stop: AbortSignal,
    request: (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T>;
  close(): void;
}

export type S3ServiceOptions = Omit<TimeLimit, 'what'>;

/**
 * AWS's client signs the requests and finds the credentials. It repeats nothing: the runtime of sinks and sources does, and knows when
 * to end. Checksums are sent only where the caller states one, since other servers than AWS's do not know the newer ones.
 */
export function s3Service(config: S3AccessConfig, options: S3ServiceOptions): S3Service {
  const { S3_ENDPOINT: endpoint, S3_REGION: region, S3_PATH_STYLE } = config;
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: S3_PATH_STYLE ?? endpoint !== undefined,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: Math.min(options.timeoutMs, 10_000) },
  });
  const name = `S3 at ${endpoint ?? `https://s3.${region}.amazonaws.com`}`;
  return {
    name,
    region,
    ask: (stop, request) => inTime({ what: name, ...options }, stop, (abortSignal) => request(client, { abortSignal })),
    close: () => client.destroy(),
  };
}
