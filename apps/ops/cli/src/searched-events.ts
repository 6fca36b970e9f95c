import { errors } from '@elastic/elasticsearch';
import { aliasName, type EventContract } from '@sluice/schemas';
import { elasticsearchClient } from './elasticsearch-client.ts';

/** Looks for events as a user would: by a search. */
export function searchedEvents(environment: NodeJS.ProcessEnv) {
  const client = elasticsearchClient(environment);
  return {
    /** Documents of this host whose event time is at or after an instant, found by a search under the alias. */
    async count(contract: EventContract, host: string, since: Date): Promise<number> {
      try {
        const { count } = await client.count({
          index: aliasName(contract),
          query: {
            bool: { filter: [{ term: { host } }, { range: { [contract.time]: { gte: since.toISOString() } } }] },
          },
        });
        return count;
      } catch (error) {
        // Nothing has arrived yet where there is no such index.
        if (error instanceof errors.ResponseError && error.statusCode === 404) return 0;
        throw error;
      }
    },
    close: () => client.close(),
  };
}
