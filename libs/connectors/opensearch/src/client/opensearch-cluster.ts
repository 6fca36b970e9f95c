import { errors, type Client } from '@opensearch-project/opensearch';
import type { DocumentCluster } from '@sluice/document-sink';
import { clusterProblem, remedy } from './cluster-problem.ts';

/**
 * The cluster that a client speaks to, as the sink uses it.
 *
 * @param answerMs how long an answer may take to its end: the client's own limit ends with the first byte
 */
export const opensearchCluster = (client: Client, answerMs: number): DocumentCluster => ({
  product: 'OpenSearch',
  addressSetting: 'OPENSEARCH_URL',
  remedy,
  async request({ method, path, querystring, body }, signal) {
    signal.throwIfAborted();
    const sent = body === undefined ? {} : Buffer.isBuffer(body) ? { bulkBody: body } : { body };
    const answering = client.transport.request({
      ...{ method, path },
      ...(querystring !== undefined && { querystring: { ...querystring } }),
      ...sent,
    });
    // It returns itself, a promise, whose rejection Node would throw where a listener returns it.
    const abort = () => void answering.abort();
    const late = AbortSignal.timeout(answerMs);
    const either = AbortSignal.any([signal, late]);
    either.addEventListener('abort', abort, { once: true });
    try {
      const { statusCode, body: answer } = await answering;
      return { status: statusCode ?? 0, body: answer };
    } catch (error) {
      if (error instanceof errors.ResponseError) return { status: error.statusCode ?? 0, body: error.body };
      if (late.aborted && !signal.aborted)
        throw new Error(`the request to OpenSearch timed out after ${answerMs} ms`, { cause: error });
      throw clusterProblem(error);
    } finally {
      either.removeEventListener('abort', abort);
    }
  },
  close: () => client.close(),
});
