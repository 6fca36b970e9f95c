import { errors } from '@elastic/elasticsearch';
import { indexPattern, type EventContract } from '@sluice/contracts';
import { FatalError, describeError } from '@sluice/telemetry';
import { clusterProblem, refusalText } from '../client/cluster-problem.ts';
import { elasticsearchClient } from '../client/elasticsearch-client.ts';
import type { ElasticsearchConfig } from '../settings.ts';

/** An index as the cluster has it. */
export interface EventIndex {
  index: string;
  documents: number;
  /** With all replicas. */
  bytes: number;
  health: 'green' | 'yellow' | 'red' | 'closed';
}

/**
 * The indices of events. Its methods throw FatalError when the cluster refuses or does not answer, and the client's RequestAbortedError.
 */
export interface EventIndices {
  /** Sorted by name; those with the event's pattern, also closed ones. */
  list(contract: EventContract): Promise<EventIndex[]>;
  /** Deletes an index with all its documents. */
  remove(index: string): Promise<void>;
  close(): Promise<void>;
}

const requestTimeout = 60_000;
const maxRetries = 3;

/** @param signal abandons requests under way */
export function eventIndices(config: ElasticsearchConfig, signal: AbortSignal): EventIndices {
  const client = elasticsearchClient(config, { requestTimeout, maxRetries });
  return {
    async list(contract) {
      const found = await explained(
        client.cat.indices(
          {
            ...{ index: indexPattern(contract), format: 'json', bytes: 'b', expand_wildcards: ['open', 'closed'] },
            h: ['index', 'docs.count', 'store.size', 'health', 'status'],
          },
          { signal },
        ),
      );
      return found
        .map(({ index = '', health, status, 'docs.count': documents, 'store.size': bytes }) => ({
          ...{ index, documents: Number(documents ?? 0), bytes: Number(bytes ?? 0) },
          health: status === 'close' ? ('closed' as const) : healthOf(health),
        }))
        .sort((a, b) => (a.index < b.index ? -1 : 1));
    },
    remove: async (index) => void (await explained(client.indices.delete({ index }, { signal }))),
    close: () => client.close(),
  };
}

const healthOf = (health: string | undefined): 'green' | 'yellow' | 'red' =>
  health === 'green' || health === 'yellow' ? health : 'red';

async function explained<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof errors.RequestAbortedError) throw error;
    const reason = error instanceof errors.ResponseError ? refusalText(error) : describeError(clusterProblem(error));
    throw new FatalError(`The indices in Elasticsearch cannot be listed or deleted: ${reason}`);
  }
}
