import { errors } from '@elastic/elasticsearch';
import { aliasName, type EventContract } from '@sluice/contracts';
import { elasticsearchClient } from '../../clients/elasticsearch-client.ts';

/** Looks for events by a search, as a user would. */
export function searchedEvents(environment: NodeJS.ProcessEnv) {
  const client = elasticsearchClient(environment);
  const counted = async (request: Parameters<typeof client.count>[0]): Promise<number> => {
    try {
      return (await client.count(request)).count;
    } catch (error) {
      // The index is created with the first document.
      if (error instanceof errors.ResponseError && error.statusCode === 404) return 0;
      throw error;
    }
  };
  return {
    /** Counts documents of this host whose event time is at or after `since`. */
    ofHost: (contract: EventContract, host: string, since: Date): Promise<number> =>
      counted({
        index: aliasName(contract),
        query: { bool: { filter: [{ term: { host } }, { range: { [contract.time]: { gte: since.toISOString() } } }] } },
      }),
    /** Counts all documents of an event. */
    all: (contract: EventContract): Promise<number> => counted({ index: aliasName(contract) }),
    close: () => client.close(),
  };
}
