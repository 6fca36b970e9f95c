/** An error as a cluster answers it: in one item of a bulk answer, or for a whole request. */
export interface ClusterError {
  type?: string;
  reason?: string;
}

export interface ClusterRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string>>;
  /** Sent as JSON; bytes are lines of JSON, and are sent as they are. */
  readonly body?: object | Buffer;
}

export interface ClusterAnswer {
  readonly status: number;
  /** Parsed by `BulkAnswers`, or text where it is not JSON. */
  readonly body: unknown;
}

/**
 * The setting or privilege that resolves an answer which refuses a request or a document as such; undefined for any other answer.
 *
 * @param error the member `error` of the body
 */
export type Remedy = (status: number, error: unknown) => string | undefined;

/** A cluster with the API that Elasticsearch and OpenSearch share. */
export interface DocumentCluster {
  /** Its product's name. */
  readonly product: string;
  /** The setting that has its address. */
  readonly addressSetting: string;
  readonly remedy: Remedy;
  /**
   * Sends a request once.
   *
   * @returns the answer, whatever its status
   * @throws when there is no answer, with the setting that resolves it where that is known; and the client's error for an abort
   */
  request(request: ClusterRequest, signal: AbortSignal): Promise<ClusterAnswer>;
  close(): Promise<void>;
}

/** The member `error` of an answer's body. */
export const errorObject = (body: unknown): ClusterError | undefined =>
  typeof body === 'object' && body !== null ? (body as { error?: ClusterError }).error : undefined;
