import { errors, type Client } from '@elastic/elasticsearch';
import type { DocumentCluster } from '@sluice/document-sink';
import { clusterProblem, remedy } from './cluster-problem.ts';

/** The cluster that a client speaks to, as the sink uses it. */
export const elasticsearchCluster = (client: Client): DocumentCluster => ({
  product: 'Elasticsearch',
  addressSetting: 'ELASTICSEARCH_URL',
  remedy,
  async request({ method, path, querystring, body }, signal) {
    const sent = body === undefined ? {} : Buffer.isBuffer(body) ? { bulkBody: body } : { body };
    try {
      const { statusCode, body: answer } = await client.transport.request(
        { method, path, ...(querystring !== undefined && { querystring: { ...querystring } }), ...sent },
        { signal, meta: true },
      );
      return { status: statusCode, body: answer };
    } catch (error) {
      if (error instanceof errors.ResponseError) return { status: error.statusCode ?? 0, body: error.body };
      throw clusterProblem(error);
    }
  },
  close: () => client.close(),
});
